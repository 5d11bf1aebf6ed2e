// Plots beside the picture: each is { title, draw(canvas), words() }, some with a height or a note.

import { COLOURS, bins, drawBars, drawLines, drawRanked, told } from "./draw.mjs";
import { most, rowAt, rowOf, sentence, state } from "./state.mjs";

/** Of a picture by its number. */
export const colourOf = (k) => COLOURS[k % COLOURS.length];

const FLOOR = 1e-6;

/** Columns from the middle within which there is more than the floor at any depth, and some more. */
function reach(picture) {
  if (!picture.reach) {
    const { spectrum, columns } = picture, floor = FLOOR * most([spectrum]);
    let furthest = 4;
    for (let j = 0; j < spectrum.length; j++) {
      if (spectrum[j] > floor) furthest = Math.max(furthest, Math.abs((j % columns) - columns / 2));
    }
    picture.reach = Math.min(columns >> 1, Math.ceil(1.2 * furthest));
  }
  return picture.reach;
}

export function spectrumPlot() {
  return {
    title: "spectrum here",
    draw: (canvas) => {
      const { columns, frequencies } = state.seen[0], wide = Math.max(...state.seen.map(reach));
      const middle = columns >> 1;
      const rows = state.seen.map((p) => rowOf(p, p.spectrum).subarray(middle - wide, middle + wide));
      const peak = most(rows);
      drawLines(canvas, {
        lines: rows.map((row, k) => ({ colour: colourOf(k),
          values: [...row].map((v) => 10 * Math.log10(v / peak + FLOOR)) })),
        x: frequencies.map((w) => (w * wide) / middle), y: [-60, 3],
        xLabel: `angular frequency / rad per ${state.view.timeUnit}`, yLabel: "dB",
      });
    },
    words: () => "Power spectrum of the field at this depth, in decibels under its peak.",
  };
}

export function binsPlot(count) {
  const readings = () => state.seen.map((p) =>
    bins(p.intensity, rowAt() * p.columns, p.columns, count()));
  return {
    title: "what detectors read here",
    draw: (canvas) => {
      const rows = readings();
      drawBars(canvas, {
        series: rows.map((values, k) => ({ values, colour: colourOf(k) })),
        x: state.seen[0].times, y: [0, 1.08 * most(rows)],
        xLabel: `time / ${state.view.timeUnit}`, yLabel: "mean intensity",
      });
    },
    words: () => readings().map((row, k) => {
      const strongest = row.indexOf(Math.max(...row));
      return `${state.seen[k].label}: of ${row.length} detectors, number ${strongest + 1} reads most.`;
    }).join(" "),
  };
}

export function scorePlot(classes) {
  const top = (picture) => picture.order.slice(0, 10);
  return {
    title: "what the network says (share of each class)",
    height: () => 26 * Math.max(...state.seen.map((p) => top(p).length * state.seen.length)),
    draw: (canvas) => {
      const entries = state.seen.flatMap((p, k) =>
        top(p).map((c) => ({ name: (state.seen.length > 1 ? `${p.label}: ` : "") + `class ${classes[c]}`,
          value: p.shares[c], colour: colourOf(k) })));
      drawRanked(canvas, { names: entries.map(({ name }) => name), low: 0, high: 1,
        values: entries.map(({ value }) => value), colours: entries.map(({ colour }) => colour),
        format: (v) => `${(100 * v).toFixed(1)} %` });
    },
    words: () => state.seen.map((p) =>
      `${sentence(p.label)} is taken for class ${classes[p.order[0]]}, ${(100 * p.shares[p.order[0]]).toFixed(0)} %.`)
      .join(" "),
  };
}

export function decidingPlot(run) {
  const name = (p) => run.features[p.feature];
  return {
    title: "which detectors decide",
    get note() {
      const [{ order }] = state.seen;
      return `for ${run.classes[order[0]]} (right) against ${run.classes[order[1]]} (left)`;
    },
    height: () => 32 * Math.max(1, state.seen[0].pushes.length),
    draw: (canvas) => {
      const { pushes } = state.seen[0];
      const largest = Math.max(1e-9, ...pushes.map(({ push }) => Math.abs(push)));
      drawRanked(canvas, { names: pushes.map(name), values: pushes.map(({ push }) => push),
        colours: pushes.map(({ push }) => COLOURS[push > 0 ? 0 : 1]), low: -largest, high: largest,
        format: (v) => (v > 0 ? "+" : "−") + told(Math.abs(v)) });
    },
    words: () => "The strongest: " + state.seen[0].pushes.slice(0, 3)
      .map((p) => `${name(p)}, ${p.push > 0 ? "for" : "against"} it`).join("; ") + ".",
  };
}
