// The list of videos: each is drawn when it comes into view. Search, order, and outcomes.

const MOST_PRINTED = 300;  // videos that are drawn for a print
const ERRORS = Object.keys(report.outcomes).filter((outcome) => !["hit", "candidate"].includes(outcome));
const shownOutcomes = new Set();
const list = document.getElementById("videos");
let timelines = [], inOrder = [];

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const timeline = timelines[entry.target.dataset.index];
    if (entry.isIntersecting && !timeline.isDrawn) timeline.draw();
  }
}, { rootMargin: "600px 0px" });

function intervalsOf(video) {
  return [...video.truths, ...video.predictions.flat()];
}

function countErrors(video) {
  const truths = video.truths.flatMap(outcomesOf).filter((outcome) => outcome !== "hit");
  const others = ["hit", "wrong emotion", "below threshold", "candidate"];
  const predictions = video.predictions.flat().filter((one) => !others.includes(one.outcome));
  return truths.length + predictions.length;
}

function makeTimeline(video, index) {
  const seconds = video.fps ? ", " + (video.frames / video.fps).toFixed(1) + " s" : "";
  const errors = countErrors(video);
  const tools = element("span", { class: "tools" });
  for (const [action, text, name] of [["in", "+", "Zoom in"], ["out", "−", "Zoom out"], ["whole", "whole", "Whole video"]])
    tools.append(element("button", { type: "button", "data-action": action, "aria-label": name + ", " + video.name }, text));
  const section = element("article", { class: "video", "data-index": index },
    element("header", null, element("h3", null, isolated(video.name)),
      element("small", null, video.frames + " frames" + seconds + " · " + (errors ? errors + " error" + (errors === 1 ? "" : "s") : "no error")),
      tools),
    element("div", { class: "timeline", tabindex: "0", role: "group", "aria-label": "Timeline of " + video.name, "aria-describedby": "keys" }));
  return Object.assign(new Timeline(video, section), { errors });
}

function fits(video, text, isComplete) {
  if (text && !video.name.toLowerCase().includes(text)) return false;
  return isComplete || intervalsOf(video).some((one) => outcomesOf(one).some((outcome) => shownOutcomes.has(outcome)));
}

function applyFilters() {
  shownOutcomes.clear();
  const boxes = Array.from(document.querySelectorAll("input[name=outcome]"));
  for (const box of boxes) if (box.checked) shownOutcomes.add(box.value);
  const isComplete = boxes.every((box) => box.checked || box.value === "candidate");
  const text = document.getElementById("search").value.trim().toLowerCase();
  let number = 0;
  for (const timeline of timelines) {
    timeline.section.hidden = !fits(timeline.video, text, isComplete);
    number += !timeline.section.hidden;
    timeline.clear();
    // Observing anew reports what is in view.
    watcher.unobserve(timeline.section);
    if (!timeline.section.hidden) watcher.observe(timeline.section);
  }
  document.getElementById("count").textContent = number + " of " + timelines.length + " videos";
}

function applyOrder() {
  inOrder = timelines.slice();
  if (document.getElementById("order").value === "errors") inOrder.sort((a, b) => b.errors - a.errors);
  list.append(...inOrder.map((timeline) => timeline.section));
}

function focusVideo(timeline, direction) {
  const visible = inOrder.filter((one) => !one.section.hidden);
  const next = visible[visible.indexOf(timeline) + direction];
  if (!next) return;
  next.section.scrollIntoView({ block: "nearest" });
  if (!next.isDrawn) next.draw();
  next.box.focus({ preventScroll: true });
}

function chooseOutcomes(choice) {
  for (const box of document.querySelectorAll("input[name=outcome]"))
    box.checked = choice === "all" || ERRORS.includes(box.value);
  applyFilters();
}

function start() {
  timelines = report.timelines.videos.map(makeTimeline);
  list.replaceChildren();
  applyOrder();
  applyFilters();
  document.getElementById("search").addEventListener("input", applyFilters);
  document.getElementById("order").addEventListener("change", applyOrder);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const box of document.querySelectorAll("input[name=outcome]")) box.addEventListener("change", applyFilters);
  for (const button of document.querySelectorAll("button[data-outcomes]"))
    button.addEventListener("click", () => chooseOutcomes(button.dataset.outcomes));
  document.addEventListener("scroll", followScroll, { passive: true });
  let width = list.clientWidth;
  new ResizeObserver(() => {
    if (list.clientWidth === width) return;
    width = list.clientWidth;
    timelines.filter((one) => one.isDrawn).forEach((one) => one.draw());
  }).observe(list);
  window.addEventListener("beforeprint", () => {
    const visible = timelines.filter((one) => !one.section.hidden).slice(0, MOST_PRINTED);
    visible.forEach((one) => one.draw());
  });
}

if (report.timelines) start();
