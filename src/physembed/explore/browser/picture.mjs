// What there is to see: intensity and spectrum of a field at many depths, and detectors' readings.

import { makeGrid, potentialOver, propagate } from "./medium.mjs";
import { deciding, readFibre, scoresOf, softmax } from "./network.mjs";

const MOST_COLUMNS = 1024, LEAST_ROWS = 96;

/** Gathers rows, one for each depth: call it as `see` of a propagation, then take `picture()`. */
function film(grid) {
  const { points } = grid;
  const each = Math.ceil(points / MOST_COLUMNS), columns = Math.floor(points / each);
  const depths = [], light = [], spectra = [];
  // neighbouring points of a long window become one column: their mean
  const row = (x, y, shift) => {
    const values = new Float32Array(columns);
    for (let c = 0, j = shift; c < columns; c++) {
      let sum = 0;
      for (let k = 0; k < each; k++, j++) {
        if (j === points) j = 0;
        sum += x[j] * x[j] + y[j] * y[j];
      }
      values[c] = sum / each;
    }
    return values;
  };
  const see = (z, field, spectrum) => {
    depths.push(z);
    light.push(row(field.re, field.im, 0));
    // ascending frequencies, from the negative ones on
    spectra.push(row(spectrum.re, spectrum.im, Math.ceil(points / 2)));
  };
  const joined = (rows) => {
    const all = new Float32Array(rows.length * columns);
    rows.forEach((values, k) => all.set(values, k * columns));
    return all;
  };
  const picture = () => ({
    rows: depths.length,
    columns,
    depths: Float64Array.from(depths),
    intensity: joined(light),
    spectrum: joined(spectra),
    times: [grid.t[0], grid.t[0] + points * grid.spacing],
    frequencies: [-Math.PI / grid.spacing, Math.PI / grid.spacing],
  });
  return { see, picture };
}

/** In how many parts linear steps are to be seen, for a picture that is smooth. */
const partsOf = (steps) => Math.max(1, Math.ceil(LEAST_ROWS / steps));

/** The medium of a scene: equal layers, the potentials in the first `potentialLayers` of them. */
export function sceneMedium(scene, grid) {
  const { values, units, layerLength, steps, scheme, potentialLayers } = scene;
  const value = (name) => (values[name] ?? 0) * (units[name] ?? 1);
  const terms = [];
  if (values.trap) terms.push({ kind: "trap", strength: value("trap") });
  if (values.lattice) {
    terms.push({ kind: "lattice", strength: value("lattice"), period: scene.period, phase: Math.PI });
  }
  const potential = terms.length ? potentialOver(grid.t, terms) : null;
  const layers = Array.from({ length: values.layers }, (_, k) => ({
    alpha: value("alpha"),
    beta2: value("beta2"),
    gamma: value("gamma"),
    potential: k < (potentialLayers ?? Infinity) ? potential : null,
  }));
  return { layers, length: layerLength, steps, scheme };
}

/** Pictures of a scene, one for each field that enters, with the mean intensity in equal bins. */
export function lookAtScene(scene) {
  const grid = makeGrid(scene.points, scene.window / scene.points);
  const medium = sceneMedium(scene, grid);
  return {
    pictures: scene.inputs.map(({ label, re, im }) => {
      const field = {
        re: Float64Array.from(re),
        im: im ? Float64Array.from(im) : new Float64Array(scene.points),
      };
      const { see, picture } = film(grid);
      propagate(field, medium, grid, see, partsOf(medium.layers.length * medium.steps));
      return { label, ...picture() };
    }),
  };
}

/** Remembers what fibres read whose coefficients, and cases, are as they were. */
const remembered = new Map();

/** Pictures of a fibre of a trained network, a case each, with scores and what decides. */
export function lookAtRun(network, fibreNumber, channel, caseNumbers) {
  const { fibres, readout, means, cases } = network;
  const pictures = caseNumbers.map((number) => {
    const { series, name } = cases[number], features = new Array(means.length).fill(0);
    let picture = null;
    fibres.forEach((fibre, k) => {
      if (k === fibreNumber) {
        const { see, picture: taken } = film(makeGrid(fibre.grid.points, fibre.grid.spacing));
        const watch = (row, ...seen) => row === channel && see(...seen);
        readFibre(fibre, series, features, watch, partsOf(fibre.medium.layers * fibre.medium.steps));
        picture = taken();
      } else {
        const key = JSON.stringify([k, number, fibre.medium.coefficients, fibre.before, fibre.after,
          fibre.arms]);
        if (!remembered.has(key)) {
          if (remembered.size > 4096) remembered.clear();
          remembered.set(key, readFibre(fibre, series, []));
        }
        remembered.get(key).forEach((value, place) => {
          features[place] = value;
        });
      }
    });
    const scores = scoresOf(readout, features);
    const order = scores.map((_, k) => k).sort((a, b) => scores[b] - scores[a]);
    const pushes = scores.length > 1 ? deciding(readout, means, features, order[0], order[1]) : [];
    return { label: name, ...picture, scores, shares: softmax(scores), order,
      pushes: pushes.slice(0, 10) };
  });
  return { pictures };
}
