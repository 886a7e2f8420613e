// One timeline: the view of a video, its keys, wheel and pointer, and what is said of an interval.

const tip = document.getElementById("tip");
const SHORTEST_VIEW = 10;  // frames

function frameText(interval, fps) {
  const count = interval.offset - interval.onset + 1;
  const seconds = fps ? ", " + (count / fps).toFixed(3) + " s" : "";
  return interval.onset + " to " + interval.offset + " (" + count + " frame" + (count === 1 ? "" : "s") + seconds + ")";
}

// The facts of an interval as pairs; the first one is its heading.
function factsOf(found, video) {
  const { interval, kind, row } = found;
  if (kind === "other") return [["", "annotated " + interval.label], ["frames", frameText(interval, video.fps)]];
  const what = kind === "truth" ? "true expression" : row === "candidates" ? "candidate" : row.replace("predicted", "prediction");
  const facts = [["", what], ["frames", frameText(interval, video.fps)]];
  if (interval.apex !== undefined) facts.push(["apex", interval.apex]);
  if (interval.kind) facts.push(["kind", interval.kind]);
  if (interval.emotion) facts.push(["emotion", interval.emotion]);
  if (interval.score !== undefined) facts.push(["score", Number(interval.score.toPrecision(6))]);
  (interval.of || [interval]).forEach((one, number) => {
    const letter = several && interval.of ? report.systems[number].letter + ": " : "";
    const direction = one.direction ? ", " + one.direction : "";
    facts.push([letter + "outcome", (report.outcomes[one.outcome] || one.outcome) + direction]);
    if (!one.other) return;
    const [label, onset, offset, emotion] = one.other;
    facts.push([letter + "IoU", one.iou.toFixed(3) + " with " + label + " " + onset + " to " + offset + (emotion ? ", " + emotion : "")]);
  });
  return facts;
}

function describe(found, video) {
  return factsOf(found, video).map(([name, text]) => (name ? name + " " : "") + text).join(", ");
}

function imagesOf(interval, video) {
  const frames = [["onset", interval.onset], ["apex", interval.apex], ["offset", interval.offset]];
  const shown = frames.filter(([, frame]) => video.images && video.images[frame]);
  if (shown.length < 2) return null;  // a frame of another interval
  return element("div", { class: "images" }, ...shown.map(([name, frame]) => element("figure", null,
    element("img", { src: video.images[frame], alt: name + ", frame " + frame }),
    element("figcaption", null, name + " " + frame))));
}

function showTip(found, video) {
  const [[, heading], ...facts] = factsOf(found, video);
  const list = element("dl");
  for (const [name, text] of facts) list.append(element("dt", null, name), element("dd", null, isolated(text)));
  tip.replaceChildren(element("strong", null, heading), list);
  const images = imagesOf(found.interval, video);
  if (images) tip.append(images);
  tip.hidden = false;
  placeTip(found);
}

function placeTip(found) {
  const box = found.group.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), window.innerWidth - own.width - 8);
  const below = box.bottom + 8, above = box.top - own.height - 8;
  tip.style.left = left + "px";
  tip.style.top = (below + own.height < window.innerHeight || above < 0 ? below : above) + "px";
}

function hideTip() {
  tip.hidden = true;
}

// A description stays beside its interval while the page scrolls, if the interval has the focus.
function followScroll() {
  if (tip.hidden) return;
  const timeline = timelines.find((one) => one.box.contains(document.activeElement));
  const found = timeline && timeline.selected();
  if (found) placeTip(found);
  else hideTip();
}

class Timeline {
  constructor(video, section) {
    this.video = video;
    this.section = section;
    this.view = { from: 0, to: video.frames };
    this.found = [];
    this.box = section.querySelector(".timeline");
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.box.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.box.addEventListener("pointerdown", (event) => this.onDrag(event));
    this.box.addEventListener("pointerover", (event) => this.point(event.target));
    this.box.addEventListener("pointerleave", () => this.point(this.box));
    this.box.addEventListener("focusin", (event) => this.point(event.target));
    this.box.addEventListener("focusout", () => this.point(this.box));
    section.querySelector(".tools").addEventListener("click", (event) => {
      const action = event.target.closest("button").dataset.action;
      if (action === "whole") this.show(0, this.video.frames);
      else this.zoom(action === "in" ? 0.5 : 2);
    });
  }

  get isDrawn() {
    return this.found.length > 0 || this.box.firstChild !== null;
  }

  draw() {
    const focused = this.found.findIndex((one) => one.group === document.activeElement);
    const { svg, found } = drawVideo(this.video, this.plan, this.view, this.box.clientWidth);
    this.found = found;
    found.forEach((one) => {
      one.group.setAttribute("role", "img");
      one.group.setAttribute("tabindex", "-1");
      one.group.setAttribute("aria-label", describe(one, this.video));
      const outcomes = outcomesOf(one.interval);
      one.group.classList.toggle("faded", outcomes.length > 0 && !outcomes.some((outcome) => shownOutcomes.has(outcome)));
    });
    this.box.replaceChildren(svg);
    const isWhole = this.view.from === 0 && this.view.to === this.video.frames;
    this.box.classList.toggle("zoomed", !isWhole);
    for (const button of this.section.querySelectorAll(".tools button"))
      button.disabled = button.dataset.action === "in" ? this.view.to - this.view.from <= SHORTEST_VIEW : isWhole;
    if (focused >= 0) found[focused].group.focus({ preventScroll: true });
  }

  // Reserve the place of the drawing, which depends on the outcomes that are shown.
  clear() {
    this.found = [];
    this.box.replaceChildren();
    this.plan = layOut(this.video);
    this.box.style.height = this.plan.height + "px";
  }

  // Show some frames, within the video.
  show(from, to) {
    const length = Math.min(this.video.frames, Math.max(SHORTEST_VIEW, to - from));
    const start = Math.min(Math.max(0, from), this.video.frames - length);
    this.view = { from: start, to: start + length };
    hideTip();
    this.draw();
  }

  // Zoom around a frame; by default the selected interval, or the middle.
  zoom(factor, around = null) {
    const { from, to } = this.view, selected = this.selected();
    if (around === null && selected) around = (selected.interval.onset + selected.interval.offset + 1) / 2;
    if (around === null) around = (from + to) / 2;
    this.show(around - (around - from) * factor, around + (to - around) * factor);
  }

  move(share) {
    const length = this.view.to - this.view.from;
    this.show(this.view.from + share * length, this.view.to + share * length);
  }

  selected() {
    return this.found.find((one) => one.group === document.activeElement);
  }

  select(index) {
    const { interval } = this.found[index];
    if (interval.onset < this.view.from || interval.offset >= this.view.to) {
      const length = this.view.to - this.view.from, middle = (interval.onset + interval.offset + 1) / 2;
      this.show(middle - length / 2, middle + length / 2);
    }
    this.found[index].group.focus({ preventScroll: true });
  }

  step(direction) {
    const candidates = this.found.map((one, index) => index).filter((index) => !this.found[index].group.classList.contains("faded"));
    const now = this.found.indexOf(this.selected());
    const ahead = direction > 0 ? candidates.find((index) => index > now) : candidates.findLast((index) => index < now);
    const next = now < 0 && direction < 0 ? candidates.at(-1) : ahead;
    if (next !== undefined) this.select(next);
  }

  point(target) {
    const group = target.closest(".interval, .other");
    const found = this.found.find((one) => one.group === group);
    this.mark(found);
    if (found) showTip(found, this.video);
    else hideTip();
  }

  // Outline the intervals that explain the outcome of one.
  mark(found) {
    const others = found ? (found.interval.of || [found.interval]).map((one) => one.other).filter(Boolean) : [];
    for (const one of this.found) {
      const isOther = others.some(([what, onset, offset]) =>
        what === (one.kind === "other" ? one.interval.label : one.kind) && onset === one.interval.onset && offset === one.interval.offset);
      one.group.classList.toggle("marked", isOther);
    }
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.isDrawn) this.draw();
    const selected = this.selected();
    const actions = {
      ArrowRight: () => (event.shiftKey ? this.move(0.25) : this.step(1)),
      ArrowLeft: () => (event.shiftKey ? this.move(-0.25) : this.step(-1)),
      ArrowDown: () => focusVideo(this, 1),
      ArrowUp: () => focusVideo(this, -1),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      "−": () => this.zoom(2),
      0: () => this.show(0, this.video.frames),
      Enter: () => selected && this.zoomTo(selected.interval),
      Escape: () => { hideTip(); this.box.focus(); },
    };
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
    const now = this.selected();
    if (now) showTip(now, this.video);
  }

  zoomTo(interval) {
    const length = interval.offset - interval.onset + 1;
    this.show(interval.onset - 2 * length, interval.offset + 1 + 2 * length);
  }

  frameAt(clientX) {
    const box = this.box.getBoundingClientRect();
    const share = (clientX - box.left - GUTTER) / Math.max(40, box.width - GUTTER - MARGIN);
    return this.view.from + Math.min(1, Math.max(0, share)) * (this.view.to - this.view.from);
  }

  onWheel(event) {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey) this.zoom(Math.exp(0.004 * event.deltaY), this.frameAt(event.clientX));
    else if (isSideways && this.box.classList.contains("zoomed")) this.move((event.deltaX || event.deltaY) / 800);
    else return;
    event.preventDefault();
  }

  onDrag(event) {
    if (event.button !== 0) return;
    const start = event.clientX, before = { ...this.view };
    const perPixel = (before.to - before.from) / Math.max(40, this.box.clientWidth - GUTTER - MARGIN);
    const onMove = (moved) => {
      if (Math.abs(moved.clientX - start) < 4 || !this.box.classList.contains("zoomed")) return;
      const frames = (start - moved.clientX) * perPixel;
      this.show(before.from + frames, before.to + frames);
    };
    const onEnd = () => {
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onEnd);
      window.removeEventListener("pointercancel", onEnd);
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onEnd);
    window.addEventListener("pointercancel", onEnd);
  }
}
