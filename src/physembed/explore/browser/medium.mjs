// A field through a cascade of layers:
//
//   dE/dz = -(alpha/2) E - i (beta2/2) E_tt + (beta3/6) E_ttt + i (beta4/24) E_tttt
//           + i gamma |E|^2 E - i V(t) E
//
// the nonlinear Schrodinger equation with a potential; Gross and Pitaevskii's has beta2 = -hbar/m
// and gamma = -g. A step alternates its linear part, a product in the Fourier domain, with its
// local part, a phase at every point. A field is { re, im }, two Float64Arrays.

import { multiply, transform } from "./fourier.mjs";

/** Times, centred, and angular frequencies, in the order of the transform, of a periodic grid. */
export function makeGrid(points, spacing) {
  const t = new Float64Array(points), omega = new Float64Array(points);
  for (let j = 0; j < points; j++) {
    t[j] = (j - Math.floor(points / 2)) * spacing;
    const k = j < points / 2 ? j : j - points;
    omega[j] = (2 * Math.PI * k) / (points * spacing);
  }
  return { points, spacing, t, omega };
}

const outer = 1 / (2 - 2 ** (1 / 3)), inner = 1 - 2 * outer;
/** Shares of a step that linear and local part take, in turn, and the linear part that closes it. */
export const SCHEMES = {
  lie: { stages: [[1, 1]], closing: 0 },
  strang: { stages: [[0.5, 1]], closing: 0.5 },
  yoshida4: {
    stages: [[outer / 2, outer], [(outer + inner) / 2, inner], [(inner + outer) / 2, outer]],
    closing: outer / 2,
  },
};

/** V(t) of a list of potentials, in radians per length; null where there is none. */
export function potentialOver(t, terms) {
  const total = new Float64Array(t.length);
  for (const term of terms) {
    const shape = POTENTIALS[term.kind](term);
    for (let j = 0; j < t.length; j++) total[j] += shape(t[j]);
  }
  return total.some((v) => v !== 0) ? total : null;
}

const POTENTIALS = {
  trap: ({ strength, centre = 0 }) => (t) => strength * (t - centre) ** 2,
  lattice: ({ strength, period, cells = "parabolic", phase = 0 }) => (t) => {
    const distance = t / period - phase / (2 * Math.PI);
    if (cells === "sin2") return strength * ((period / Math.PI) * Math.sin(Math.PI * distance)) ** 2;
    return strength * (period * (distance - roundedToEven(distance))) ** 2;
  },
  polynomial: ({ coefficients }) => (t) =>
    coefficients.reduceRight((total, a) => (total + a) * t, 0),
};

/** To the nearest whole number, of two the even one, as numpy and torch round. */
export function roundedToEven(x) {
  const nearest = Math.round(x);
  return Math.abs(x % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/**
 * Send a field through layers, in place.
 *
 * medium: { layers: [{ alpha, beta2, beta3, beta4, gamma, potential, length }], length, steps, scheme },
 * length that of one layer and, where layers differ, how many of it each has; steps those in a layer,
 * potential a Float64Array over the grid or null. z counts layers of the one length, whatever each has.
 * see(z, field, spectrum) is called where the medium begins, at the end of every step, and in between where
 * a linear part is taken in several `parts`, which is exact (not of yoshida4, which goes back).
 */
export function propagate(field, medium, grid, see = null, parts = 1) {
  const { layers, length = 1, steps = 1, scheme = "lie" } = medium;
  const { stages, closing } = SCHEMES[scheme];
  const { forward, inverse } = transform(grid.points);
  const spectrum = { re: new Float64Array(grid.points), im: new Float64Array(grid.points) };
  const tables = new Map();
  const h = length / steps;
  let z = 0, pending = [0, 0, 0, 0];

  // linear parts that follow each other are one: their coefficients times lengths add
  const wait = (layer, distance) => {
    const coefficients = [layer.alpha, layer.beta2, layer.beta3, layer.beta4];
    pending = pending.map((sum, k) => sum + (coefficients[k] || 0) * distance);
  };
  // the spectrum is known from the last linear part until the next local one
  let isKnown = false;
  const copy = (from, to) => {
    to.re.set(from.re);
    to.im.set(from.im);
  };
  const know = () => {
    if (isKnown) return;
    copy(field, spectrum);
    forward(spectrum.re, spectrum.im);
    isKnown = true;
  };
  const flush = () => {
    if (pending.some((sum) => sum !== 0)) {
      const key = pending.join();
      if (!tables.has(key)) tables.set(key, transferOver(grid.omega, pending));
      const { re, im } = tables.get(key);
      know();
      multiply(spectrum.re, spectrum.im, re, im);
      copy(spectrum, field);
      inverse(field.re, field.im);
    }
    pending = [0, 0, 0, 0];
  };
  const show = () => {
    flush();
    know();
    see(z, field, spectrum);
  };
  const linear = (layer, share, isLast) => {
    const pieces = see && share > 0 && scheme !== "yoshida4" ? parts : 1;
    for (let piece = 1; piece <= pieces; piece++) {
      wait(layer, (share * h * (layer.length ?? 1)) / pieces);
      z += (share * h) / pieces;
      if (pieces > 1 && !(isLast && piece === pieces)) show();
    }
  };

  if (see) show();
  for (const layer of layers) {
    for (let step = 0; step < steps; step++) {
      stages.forEach(([share, local], k) => {
        linear(layer, share, k === stages.length - 1 && !closing);
        if (layer.gamma || layer.potential) {
          flush();
          turn(field, layer, local * h * (layer.length ?? 1));
          isKnown = false;
        }
      });
      if (closing) linear(layer, closing, true);
      if (see) show();
    }
  }
  flush();
  return field;
}

/** exp of the symbol: -a/2 + i (b2 w^2 / 2 - b3 w^3 / 6 + b4 w^4 / 24), each times its length. */
function transferOver(omega, [alpha, beta2, beta3, beta4]) {
  const re = new Float64Array(omega.length), im = new Float64Array(omega.length);
  const loss = Math.exp(-alpha / 2);
  for (let k = 0; k < omega.length; k++) {
    const w = omega[k];
    const phase = w * w * (beta2 / 2 - (beta3 * w) / 6 + (beta4 * w * w) / 24);
    re[k] = loss * Math.cos(phase);
    im[k] = loss * Math.sin(phase);
  }
  return { re, im };
}

/** E <- E exp(i (gamma |E|^2 - V) distance). */
function turn({ re, im }, { gamma = 0, potential }, distance) {
  for (let j = 0; j < re.length; j++) {
    const intensity = re[j] * re[j] + im[j] * im[j];
    const phase = (gamma * intensity - (potential ? potential[j] : 0)) * distance;
    const c = Math.cos(phase), s = Math.sin(phase), x = re[j];
    re[j] = x * c - im[j] * s;
    im[j] = x * s + im[j] * c;
  }
}
