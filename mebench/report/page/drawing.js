// Drawing: from the data of a video and a view (the frames that are visible) to an SVG.
// Each file of the page uses names of those before it, and videos.js says which outcomes are shown.

const report = JSON.parse(document.getElementById("data").textContent);
const several = report.systems.length > 1;

const GUTTER = 78, MARGIN = 6;         // left of the tracks, and right of them
const BAR = 18, THIN = 9, GAP = 5;     // heights of a lane, of a thin lane, and between the rows
const CURVE = 56, AXIS = 20;
const MAX_LANES = 5;                   // more overlapping intervals share the last lane
const SMALLEST = 3;                    // the width of a very short interval

const SVG = "http://www.w3.org/2000/svg";

function shape(name, properties, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function slug(outcome) {
  return "o-" + outcome.replaceAll(" ", "-");
}

// Overlapping intervals are drawn in different lanes.
function inLanes(intervals) {
  const ends = [], sorted = intervals.slice().sort((a, b) => a.onset - b.onset || a.offset - b.offset);
  return sorted.map((interval) => {
    let lane = ends.findIndex((end) => end < interval.onset);
    if (lane < 0) lane = Math.min(ends.length, MAX_LANES - 1);
    ends[lane] = Math.max(interval.offset, lane < ends.length ? ends[lane] : -Infinity);
    return { interval, lane };
  });
}

// The rows of a video from top to bottom, each with its place and its intervals in lanes.
function layOut(video) {
  const rows = [];
  let top = 2;
  function add(name, intervals, kind, height) {
    const placed = inLanes(intervals);
    const lanes = 1 + Math.max(0, ...placed.map((one) => one.lane));
    rows.push({ name, kind, placed, top, bar: height, height: lanes * height + (lanes - 1) * 2 });
    top += rows.at(-1).height + GAP;
  }
  add("truth", video.truths, "truth", several ? BAR + 4 : BAR);
  report.systems.forEach((system, number) => {
    const isCandidate = (one) => one.outcome === "below threshold" || one.outcome === "candidate";
    const isShown = (one) => one.outcome !== "candidate" || shownOutcomes.has("candidate");
    const candidates = video.predictions[number].filter((one) => isCandidate(one) && isShown(one));
    const chosen = video.predictions[number].filter((one) => !isCandidate(one));
    add(several ? system.letter + " predicted" : "predicted", chosen, "prediction", BAR);
    if (candidates.length) add("candidates", candidates, "prediction", THIN);
  });
  if (video.context.length) add("annotated", video.context, "other", THIN);
  const curve = video.curves ? top : null;
  if (video.curves) top += CURVE + GAP;
  return { rows, curve, axis: top, height: top + AXIS };
}

function ticks(from, to, width) {
  const rough = (to - from) / Math.max(2, width / 90), power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * [1, 2, 5, 10].find((factor) => power * factor >= rough));
  const found = [];
  for (let frame = Math.ceil(from / step) * step; frame < to; frame += step) found.push(frame);
  return found;
}

function outcomesOf(interval) {
  return interval.of ? interval.of.map((one) => one.outcome) : interval.outcome ? [interval.outcome] : [];
}

function drawBar(place, interval, x, y, height) {
  const left = x(interval.onset), width = Math.max(SMALLEST, x(interval.offset + 1) - left);
  const group = shape("g", { class: place === "other" ? "other" : "interval" });
  const outcomes = outcomesOf(interval);
  if (!outcomes.length) group.append(shape("rect", { x: left, y, width, height }));
  // The truth of two systems: the upper half belongs to the first one.
  outcomes.forEach((outcome, number) => {
    const part = height / outcomes.length;
    group.append(shape("rect", { class: slug(outcome), x: left, y: y + number * part, width, height: part }));
  });
  if (interval.apex !== undefined && width > 12 && height > 10) {
    const middle = x(interval.apex + 0.5);
    group.append(shape("line", { class: "apex", x1: middle, x2: middle, y1: y, y2: y + height }));
  }
  const label = interval.emotion || interval.label || "";
  if (label && width > 7 * label.length + 8 && height > 10)
    group.append(shape("text", { x: left + 5, y: y + height / 2 + 4 }, label));
  if (outcomes.length) group.append(shape("rect", { class: "ring", x: left - 2, y: y - 2, width: width + 4, height: height + 4, rx: 3 }));
  return group;
}

function drawCurve(plot, curve, thresholds, x, top, isMain) {
  const y = (level) => top + CURVE - 4 - (level / 1000) * (CURVE - 8);
  let path = "", isOpen = false;
  curve.values.forEach((level, index) => {
    const step = report.timelines.step;
    if (level !== null) path += (isOpen ? "L" : "M") + x((index + 0.5) * step).toFixed(1) + " " + y(level).toFixed(1);
    isOpen = level !== null;
  });
  plot.append(shape("path", { class: isMain ? "curve" : "curve second", d: path }));
  const { low, high } = curve;
  for (const threshold of isMain ? thresholds : []) {
    if (threshold < low || threshold > high || high === low) continue;
    const at = y((1000 * (threshold - low)) / (high - low));
    plot.append(shape("line", { class: "threshold", x1: 0, x2: "100%", y1: at, y2: at }));
  }
}

// Return the SVG of a video, and its intervals with their elements in the order of time.
function drawVideo(video, plan, view, width) {
  const inner = Math.max(40, width - GUTTER - MARGIN);
  const x = (frame) => ((frame - view.from) / (view.to - view.from)) * inner;
  const svg = shape("svg", { width, height: plan.height, "aria-hidden": "false" });
  const plot = shape("svg", { x: GUTTER, y: 0, width: inner, height: plan.height - AXIS + 2 });
  const found = [];
  for (const row of plan.rows) {
    svg.append(shape("text", { class: "row-name", x: 0, y: row.top + row.bar / 2 + 4 }, row.name));
    plot.append(shape("rect", { class: "track", x: 0, y: row.top, width: inner, height: row.height }));
    for (const { interval, lane } of row.placed) {
      const group = drawBar(row.kind, interval, x, row.top + lane * (row.bar + 2), row.bar);
      plot.append(group);
      found.push({ interval, group, kind: row.kind, row: row.name });
    }
  }
  if (plan.curve !== null) {
    svg.append(shape("text", { class: "row-name", x: 0, y: plan.curve + CURVE / 2 }, "score"));
    plot.append(shape("rect", { class: "track", x: 0, y: plan.curve, width: inner, height: CURVE }));
    const last = video.curves.length - 1;
    video.curves.forEach((curve, index) => drawCurve(plot, curve, video.thresholds || [], x, plan.curve, index === last));
  }
  svg.append(shape("line", { class: "axis", x1: GUTTER, x2: GUTTER + inner, y1: plan.axis, y2: plan.axis }));
  for (const frame of ticks(view.from, view.to, inner)) {
    const at = GUTTER + x(frame);
    svg.append(shape("line", { class: "axis", x1: at, x2: at, y1: plan.axis, y2: plan.axis + 4 }));
    const isLast = at > width - 24;
    svg.append(shape("text", { class: "tick", x: at, y: plan.axis + 15, "text-anchor": isLast ? "end" : "middle" }, frame));
  }
  svg.append(plot);
  found.sort((a, b) => a.interval.onset - b.interval.onset || a.interval.offset - b.interval.offset);
  return { svg, found };
}
