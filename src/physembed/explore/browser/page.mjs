// The page: the worker that computes, what is drawn of its answers, and the way along the medium.

import { made } from "./controls.mjs";
import { drawDepths, drawLines, told } from "./draw.mjs";
import { colourOf } from "./plots.mjs";
import { byId, data, most, rowAt, rowOf, sentence, state } from "./state.mjs";
import { runView, sceneView } from "./views.mjs";

const root = document.documentElement;

// --- the worker: one request at a time, the newest next

const worker = new Worker(URL.createObjectURL(
  new Blob([byId("arithmetic").textContent], { type: "text/javascript" })));
let busy = false, waiting = false, sent = 0, times = [];

function compute() {
  if (busy) {
    waiting = true;
    return;
  }
  busy = true;
  sent = performance.now();
  worker.postMessage(state.view.request());
}

worker.onmessage = ({ data: answer }) => {
  busy = false;
  state.seen = answer.pictures;
  requestAnimationFrame(() => {
    draw();
    times = [...times, performance.now() - sent].slice(-21);
    root.dataset.frameTime = [...times].sort((a, b) => a - b)[times.length >> 1].toFixed(1);
    root.dataset.drawn = Number(root.dataset.drawn ?? 0) + 1;
  });
  if (waiting) {
    waiting = false;
    compute();
  }
};
worker.onerror = (event) => {
  byId("words").textContent = `The field could not be computed: ${event.message}`;
};

// --- drawing

let places = [], shownFields = 0;

function layOut() {
  places = state.view.plots().map((plot) => {
    const title = made("h2", {}, plot.title), canvas = made("canvas", { className: "small", role: "img" });
    byId("plots").append(title, canvas);
    return { plot, title, canvas };
  });
}

function layOutFields() {
  if (shownFields === state.seen.length) return;
  shownFields = state.seen.length;
  byId("fields").replaceChildren(...state.seen.map((_, k) =>
    made("div", {},
      made("h2", {}, made("span", { className: "legend", style: `background: ${colourOf(k)}` }),
        made("span", { className: "name" })),
      made("canvas", { className: "line entering", role: "img" }),
      made("canvas", { className: "map", role: "img" }),
      made("canvas", { className: "line leaving", role: "img" }))));
}

function draw() {
  if (!state.seen) return;
  layOutFields();
  const row = rowAt(), { timeUnit, depthUnit } = state.view;
  const entering = most(state.seen.map((p) => p.intensity.subarray(0, p.columns)));
  const here = most(state.seen.map((p) => rowOf(p, p.intensity)));
  const depth = state.seen[0].depths[row];
  state.seen.forEach((p, k) => {
    const place = byId("fields").children[k], [first, map, last] = place.querySelectorAll("canvas");
    place.querySelector(".name").textContent = p.label;
    const x = p.times;
    const line = (canvas, values, high, labels) => drawLines(canvas, {
      lines: [{ values, colour: colourOf(k), fill: true }], x, y: [0, 1.08 * high], ...labels });
    line(first, p.intensity.subarray(0, p.columns), entering, { yLabel: "enters" });
    drawDepths(map, { picture: p, values: p.intensity, palette: data.palette, cursor: row, x,
      brightness: state.brightness, yLabel: `depth / ${depthUnit}` });
    line(last, rowOf(p, p.intensity), here,
      { xLabel: `time / ${timeUnit}`, yLabel: row === p.rows - 1 ? "leaves" : "here" });
    first.setAttribute("aria-label", `Intensity of ${p.label} where it enters`);
    map.setAttribute("aria-label", `Intensity of ${p.label} over time and depth`);
    last.setAttribute("aria-label", `Intensity of ${p.label} at depth ${told(depth)} ${depthUnit}`);
  });
  for (const { plot, title, canvas } of places) {
    title.textContent = plot.note ? `${plot.title}: ${plot.note}` : plot.title;
    if (plot.height) canvas.style.height = `${Math.min(420, plot.height() + 4)}px`;
    plot.draw(canvas);
    canvas.setAttribute("aria-label", plot.words());
  }
  byId("depth-told").textContent = `${told(depth)} ${depthUnit}`;
  byId("depth").setAttribute("aria-valuetext", byId("depth-told").textContent);
  if (!state.playing) tell(depth, depthUnit);
}

let telling = null;
/** In words, for a screen reader too: not while anything moves. */
function tell(depth, depthUnit) {
  clearTimeout(telling);
  telling = setTimeout(() => {
    const words = state.seen.map((p) => {
      const values = rowOf(p, p.intensity), first = p.intensity.subarray(0, p.columns);
      const peak = values.reduce((best, v, k) => (v > values[best] ? k : best), 0);
      const time = p.times[0] + (peak / p.columns) * (p.times[1] - p.times[0]);
      const energy = (x) => x.reduce((sum, v) => sum + v, 0);
      return `${sentence(p.label)}: peak intensity ${told(values[peak])} at ${told(time)} ${state.view.timeUnit}, `
        + `${(100 * energy(values) / (energy(first) || 1)).toFixed(0)} % of the energy that entered.`;
    });
    byId("words").textContent = `At depth ${told(depth)} ${depthUnit}. ${words.join(" ")} `
      + (data.run ? places[0].plot.words() : "");
  }, 400);
}

// --- play and pause along the medium

const SECONDS = 6;
let last = null;

function setPlaying(on) {
  state.playing = on;
  byId("play").textContent = on ? "❚❚ pause" : "▶ play";
  byId("play").setAttribute("aria-label", on ? "Pause" : "Play along the medium");
  if (on) {
    if (state.cursor >= 1) state.cursor = 0;
    last = null;
    requestAnimationFrame(advance);
  } else if (state.seen) draw();
}

function advance(now) {
  if (!state.playing) return;
  if (last !== null) state.cursor = Math.min(1, state.cursor + (now - last) / 1000 / SECONDS);
  last = now;
  byId("depth").value = Math.round(1000 * state.cursor);
  draw();
  if (state.cursor >= 1) setPlaying(false);
  else requestAnimationFrame(advance);
}

function restart() {
  setPlaying(false);
  state.cursor = 1;
  byId("depth").value = 1000;
  compute();
}

byId("play").onclick = () => setPlaying(!state.playing);
byId("depth").oninput = () => {
  state.playing && setPlaying(false);
  state.cursor = byId("depth").valueAsNumber / 1000;
  draw();
};
document.addEventListener("keydown", (event) => {
  // the space bar is the play button wherever it means nothing else
  if (event.key === " " && !["BUTTON", "INPUT", "SELECT", "SUMMARY"].includes(event.target.tagName)) {
    event.preventDefault();
    setPlaying(!state.playing);
  }
});
addEventListener("resize", () => draw());

const actions = { compute, draw, restart };
state.view = data.run ? runView(data.run, actions) : sceneView(data.scenes, actions);
state.view.build();
layOut();
compute();
