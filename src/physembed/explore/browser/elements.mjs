// Elements without length, which multiply the field at every frequency or at every point.

import { multiply, transform } from "./fourier.mjs";

/** exp(i phase). */
const turned = (phase) => [Math.cos(phase), Math.sin(phase)];

/** The factor of an element of a name at a frequency w or a time t, from its coefficients. */
const FACTORS = {
  DelayLine: (w, { delay, phase }) => turned(phase - w * delay),
  PhaseShifter: (w, { phase }) => turned(-phase),
  MachZehnder: (w, { delay }) => [0, 2 * Math.sin(w * delay)],
  ThreePathInterferometer: (w, { delay }) => [2 - 2 * Math.cos(w * delay), 0],
  Prism: (t, { tilt }) => turned(tilt * t),
  Lens: (t, { strength, centre, tilt }) => turned(tilt * t - strength * (t - centre) ** 2),
};

/** Send a field through elements, in place: each { name, domain, values } or { domain, table }. */
export function pass(field, elements, grid) {
  const { forward, inverse } = transform(grid.points);
  for (const element of elements) {
    const axis = element.domain === "time" ? grid.t : grid.omega;
    const { re, im } = element.table ?? tabulated(element, axis);
    if (element.domain === "frequency") forward(field.re, field.im);
    multiply(field.re, field.im, re, im);
    if (element.domain === "frequency") inverse(field.re, field.im);
  }
  return field;
}

function tabulated({ name, values }, axis) {
  const re = new Float64Array(axis.length), im = new Float64Array(axis.length);
  axis.forEach((place, k) => {
    [re[k], im[k]] = FACTORS[name](place, values);
  });
  return { re, im };
}
