// A series as the field that enters: normalised, perhaps differentiated, put on a carrier, perhaps
// its complex envelope taken, and laid into a periodic window with its guard band.

import { transform } from "./fourier.mjs";
import { roundedToEven } from "./medium.mjs";

/** Fields { re, im }, one for each channel of a case, by an encoding of a plan. */
export function encode(encoding, channels) {
  const series = entering(encoding, channels).map((x) => {
    let normalised = NORMALISATIONS[encoding.normalisation](x);
    for (let k = 0; k < encoding.derivatives; k++) {
      normalised = NORMALISATIONS[encoding.normalisation](difference(normalised));
    }
    const re = normalised.map((v) => v * encoding.modulation + encoding.carrier);
    const field = { re: Float64Array.from(re), im: new Float64Array(re.length) };
    return encoding.envelope ? envelope(field) : field;
  });
  const start = STARTS[encoding.alignment](series, encoding.window);
  return series.map(({ re, im }) => ({
    re: laid(re, start, encoding),
    im: laid(im, start, encoding),
  }));
}

/** The channels, or what each but the last lacks to the next one, less what is their zero. */
function entering({ channel_differences: differ, zero }, channels) {
  const some = differ
    ? channels.slice(1).map((x, c) => x.map((v, t) => v - channels[c][t]))
    : channels;
  return zero.length ? some.map((x, c) => x.map((v) => v - zero[c])) : some;
}

const mean = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;
const largest = (x) => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

const NORMALISATIONS = {
  "z-score": (x) => {
    const middle = mean(x);
    const centred = x.map((v) => v - middle);
    const deviation = Math.sqrt(mean(centred.map((v) => v * v)));
    // what is nothing but rounding is constant, and so are equal values, whatever their mean is rounded to
    const constant = deviation <= Number.EPSILON * largest(x) || x.every((v) => v === x[0]);
    return centred.map((v) => (constant ? 0 : v / deviation));
  },
  peak: (x) => {
    const most = largest(x);
    return x.map((v) => (most > 0 ? v / most : v));
  },
  none: (x) => x,
};

/** (x[t + 1] - x[t - 1]) / 2, one-sided at both ends. */
function difference(x) {
  const last = x.length - 1;
  if (last < 1) return x.map(() => 0);
  return x.map((_, t) => {
    if (t === 0) return x[1] - x[0];
    return t === last ? x[last] - x[last - 1] : (x[t + 1] - x[t - 1]) / 2;
  });
}

/** The upper half of the spectrum, its carrier moved to zero: half as many points, complex. */
function envelope({ re, im }) {
  const n = re.length, half = (n + 1) >> 1, carrier = half >> 1;
  transform(n).forward(re, im);
  const scale = (Math.SQRT2 * half) / n;
  const field = { re: new Float64Array(half), im: new Float64Array(half) };
  for (let k = 0; k < half; k++) {
    const place = (k - carrier + half) % half;
    field.re[place] = re[k] * scale;
    field.im[place] = im[k] * scale;
  }
  transform(half).inverse(field.re, field.im);
  return field;
}

const STARTS = {
  left: () => 0,
  centre: (series, window) => (window >> 1) - (series[0].re.length >> 1),
  "energy-centroid": (series, window) => {
    let total = 0, moment = 0;
    for (const { re, im } of series) {
      for (let t = 0; t < re.length; t++) {
        const energy = re[t] * re[t] + im[t] * im[t];
        total += energy;
        moment += energy * t;
      }
    }
    const centroid = total > 0 ? moment / total : series[0].re.length >> 1;
    return (window >> 1) - roundedToEven(centroid);
  },
};

/** A part of a field in its window; with "edge" its last and first values go on in the guard band. */
function laid(x, start, { window, padding }) {
  const n = x.length, after = n + ((window - n) >> 1), field = new Float64Array(window);
  for (let j = 0; j < window; j++) {
    const source = (((j - start) % window) + window) % window;
    if (source < n) field[j] = x[source];
    else if (padding === "edge") field[j] = source < after ? x[n - 1] : x[0];
  }
  return field;
}
