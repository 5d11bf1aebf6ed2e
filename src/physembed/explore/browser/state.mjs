// What the page knows: its data, what was seen last, and how it is shown.

const text = document.getElementById("data").textContent;

/** Of the page: a palette, and scenes or a run. */
export const data = JSON.parse(text);

/** view: what is looked at; seen: its pictures; cursor: the depth, from 0 to 1. */
export const state = { view: null, seen: null, cursor: 1, playing: false, brightness: "amplitude" };

export const byId = (id) => document.getElementById(id);

/** The row of a picture at the depth that is shown. */
export const rowAt = () => Math.round(state.cursor * (state.seen[0].rows - 1));

/** Its values there. */
export const rowOf = (picture, values) =>
  values.subarray(rowAt() * picture.columns, (rowAt() + 1) * picture.columns);

/** The largest value of rows. */
export const most = (rows) =>
  rows.reduce((peak, row) => Math.max(peak, largest(row)), 0) || 1;

function largest(row) {
  let peak = 0;
  for (let k = 0; k < row.length; k++) if (row[k] > peak) peak = row[k];
  return peak;
}

export const sentence = (words) => words[0].toUpperCase() + words.slice(1);
