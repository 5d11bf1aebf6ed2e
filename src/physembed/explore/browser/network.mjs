// A trained network: every fibre encodes the case, sends it through its medium and arms, and reads
// its detectors; one row of weights per score. The description is written by
// physembed.explore.description; its coefficients are in natural units, and may be moved.

import { detect } from "./detect.mjs";
import { pass } from "./elements.mjs";
import { encode } from "./encode.mjs";
import { makeGrid, potentialOver, propagate } from "./medium.mjs";

/** A coefficient's value in a layer, in the grid's units. */
const physical = (coefficient, layer) => coefficient.values[layer] * coefficient.scale;

/** A fibre's medium as `propagate` takes it. */
export function mediumOf({ medium }, grid) {
  const { coefficients, roles, potentials, layers, lengths, steps, scheme } = medium;
  const described = [];
  for (let layer = 0; layer < layers; layer++) {
    const of = { length: lengths[layer] };
    for (const [role, { name, sign }] of Object.entries(roles)) {
      of[role] = sign * physical(coefficients[name], layer);
    }
    const terms = potentials.map(({ kind, names, ...rest }) => {
      const values = Object.entries(names).map(([inner, name]) =>
        [inner, physical(coefficients[name], layer)]);
      if (kind === "polynomial") return { kind, coefficients: values.map(([, value]) => value) };
      return { kind, ...rest, ...Object.fromEntries(values) };
    });
    of.potential = terms.length ? potentialOver(grid.t, terms) : null;
    described.push(of);
  }
  return { layers: described, steps, scheme };
}

/** Elements with their coefficients in the grid's units. */
function elementsOf(components) {
  return components.map(({ name, domain, coefficients = {}, table }) => ({
    name,
    domain,
    table: table && { re: table[0], im: table[1] },
    values: Object.fromEntries(
      Object.entries(coefficients).map(([key, coefficient]) => [key, physical(coefficient, 0)])),
  }));
}

const copied = ({ re, im }) => ({ re: re.slice(), im: im.slice() });

/** The fields of all channels of a case as they enter a fibre's medium. */
export function entering(fibre, channels, grid) {
  return encode(fibre.encoding, channels).map((field) => pass(field, elementsOf(fibre.before), grid));
}

/**
 * What a fibre gives to the network's features, entered in `features` at their columns.
 * see(channel, z, field, spectrum) is called on the way of every channel.
 */
export function readFibre(fibre, channels, features, see = null, parts = 1) {
  const grid = makeGrid(fibre.grid.points, fibre.grid.spacing);
  const medium = mediumOf(fibre, grid);
  const after = elementsOf(fibre.after), arms = fibre.arms.map(elementsOf);
  const tapped = new Set(fibre.detections.map(({ layer }) => layer).filter((layer) => layer !== null));

  const ends = entering(fibre, channels, grid).map((field, channel) => {
    const taps = new Map();
    const watch = (z, seen, spectrum) => {
      if (tapped.has(Math.round(z)) && Math.abs(z - Math.round(z)) < 1e-9) {
        taps.set(Math.round(z), copied(seen));
      }
      if (see) see(channel, z, seen, spectrum);
    };
    propagate(field, medium, grid, see || tapped.size ? watch : null, see ? parts : 1);
    pass(field, after, grid);
    return { taps, arms: arms.map((arm) => arm && pass(copied(field), arm, grid)) };
  });

  for (const { layer, points, rows, detector, columns } of fibre.detections) {
    const fields = rows.map(([channel, arm]) => {
      const { taps, arms: behind } = ends[channel];
      const { re, im } = layer === null ? behind[arm] : taps.get(layer);
      return { re: re.subarray(0, points), im: im.subarray(0, points) };
    });
    detect(detector, fields).flat().forEach((value, k) => {
      if (columns[k] >= 0) features[columns[k]] = value;
    });
  }
  return features;
}

/** The scores of features. */
export function scoresOf({ weights, bias, signed }, features) {
  const rows = weights.map((row, k) => row.reduce((sum, w, j) => sum + w * features[j], bias[k]));
  return signed ? [-rows[0], rows[0]] : rows;
}

/** Probabilities of scores. */
export function softmax(scores) {
  const most = Math.max(...scores), powers = scores.map((s) => Math.exp(s - most));
  const total = powers.reduce((sum, p) => sum + p, 0);
  return powers.map((p) => p / total);
}

/** Weights of a score as a row. */
const rowOf = ({ weights, signed }, score) =>
  signed ? weights[0].map((w) => (score === 0 ? -w : w)) : weights[score];

/**
 * The features that decide for the score `first` against `second`: { feature, push }, the strongest
 * first, push = (w_first - w_second)(feature - its mean over training cases).
 */
export function deciding(readout, means, features, first, second) {
  const forFirst = rowOf(readout, first), forSecond = rowOf(readout, second);
  return features
    .map((value, feature) => ({
      feature,
      push: (forFirst[feature] - forSecond[feature]) * (value - means[feature]),
    }))
    .sort((a, b) => Math.abs(b.push) - Math.abs(a.push));
}
