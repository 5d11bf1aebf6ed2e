// What detectors read of fields: those of a plan (physembed.deploy.detectors and meters), by the same names.
// Rows are the fields of channels and arms that a detector looks at, gated; every row gives its
// features, in order. Arrays of a plan come as { shape, values }.

/** Features of every row, an array of arrays. */
export function detect(detector, rows) {
  return DETECTORS[detector.type](detector, rows);
}

const FLOOR = 1e-12, LOG_FLOOR = 0.01, BAND_FLOOR = 1e-3, FAINTEST = 1e-4;
const POWER_FLOOR = 1e-8, SPECTRUM_FLOOR = 1e-4, LEAST_DEVIATION = 2e-9;

const DETECTORS = {
  Points: (d, rows) => rows.map((row) => recordsOf(d.records, row).flatMap((r) => [...r])),
  Bins: (d, rows) => rows.map((row) => binned(d, intensity(row))),
  CellStatistics: (d, rows) =>
    rows.map((row) => {
      const cells = parts(binned(d.bins, intensity(row)), d.cells);
      const means = cells[0].map((_, k) => mean(cells.map((cell) => cell[k])));
      const deviations = means.map((m, k) =>
        Math.sqrt(mean(cells.map((cell) => (cell[k] - m) ** 2)) + FLOOR));
      return [...means, ...deviations];
    }),
  Bands: (d, rows) =>
    rows.map((row) => {
      const seen = logContrast(spanMeans(intensity(row), d.starts, d.stops), BAND_FLOOR);
      if (!d.alternating) return seen;
      const cells = parts(seen, d.cells);
      const means = cells[0].map((_, k) => mean(cells.map((cell) => cell[k])));
      return cells.flatMap((cell) => cell.map((v, k) => v - means[k]));
    }),
  Counter: (d, rows) => rows.map((row, number) => counted(d, row, number)),
  Winner: winners,
  Peak: (d, rows) =>
    rows.map((row, number) =>
      recordsOf(d.records, row).flatMap((record, r) => {
        const [center, spread] = [at(d.means, number, r), at(d.spreads, number, r)];
        const peaks = { highest: extreme(record, 1), lowest: extreme(record, -1) };
        return d.held.map((kind) => Math.asinh((peaks[kind] - center) / spread));
      })),
  Power: (d, rows) => rows.map((row) => [Math.log(mean(intensity(row)) + POWER_FLOOR) / 2]),
  Level: (d, rows) => rows.map((row, number) => level(d, row, number)),
  Spectrum: (d, rows) => rows.map(({ re }) => spectrum(d, re)),
};

const mean = (x) => x.reduce((sum, v) => sum + v, 0) / x.length;
const extreme = (x, sign) => x.reduce((most, v) => (sign * v > sign * most ? v : most), x[0]);
const intensity = ({ re, im }) => re.map((v, j) => v * v + im[j] * im[j]);
const at = (array, ...place) =>
  array.values[place.reduce((flat, k, axis) => flat * array.shape[axis] + k, 0)];

/** An array in so many equal parts. */
function parts(x, count) {
  const size = x.length / count;
  return Array.from({ length: count }, (_, k) => x.slice(k * size, (k + 1) * size));
}

/** Quadratures Re(exp(-i phi) E), |E|^2, or |E|: what is read at every point. */
function recordsOf({ kind, angles }, row) {
  if (kind === "intensity") return [intensity(row)];
  if (kind === "amplitude") return [intensity(row).map((v) => Math.sqrt(v + FLOOR))];
  return angles.map((angle) => {
    const c = Math.cos(angle), s = Math.sin(angle);
    return row.re.map((v, j) => c * v + s * row.im[j]);
  });
}

const spanMeans = (x, starts, stops) => starts.map((a, k) => mean(x.subarray(a, stops[k])));

function logContrast(means, floor) {
  const middle = mean(means);
  return means.map((v) => Math.log(v / (middle > 0 ? middle : 1) + floor));
}

function binned({ starts, stops, response }, light) {
  const means = spanMeans(light, starts, stops);
  if (response === "linear") return means;
  if (response === "sqrt") return means.map((v) => Math.sqrt(v + FLOOR));
  return logContrast(means, LOG_FLOOR);
}

const share = (p, arcsine) =>
  arcsine ? Math.asin(Math.sqrt(FAINTEST + (1 - 2 * FAINTEST) * p)) : p;

const COMPARATORS = {
  hard: Math.sign,
  ramp: (u) => Math.min(1, Math.max(-1, u)),
  logistic: Math.tanh,
};

/** Comparators at their thresholds, and what is counted behind them. */
function counted(d, row, number) {
  const answer = COMPARATORS[d.shape], [, nRecords, nThresholds] = d.thresholds.shape;
  const records = recordsOf(d.records, row), features = [];
  for (let r = 0; r < nRecords; r++) {
    for (let k = 0; k < nThresholds; k++) {
      const threshold = at(d.thresholds, number, r, k), gain = at(d.gains, number, r);
      const outputs = records[r].map((v) => answer((v - threshold) * gain));
      features.push(...READINGS[d.counted](d, outputs).map((p) => share(p, d.arcsine)));
    }
  }
  return features;
}

const spans = (gates) => gates.slice(1).map((stop, k) => [gates[k], stop]);

function products(x, delay) {
  let sum = 0;
  for (let j = delay; j < x.length; j++) sum += x[j] * x[j - delay];
  return sum;
}

function longestRun(x, isWanted) {
  let run = 0, longest = 0;
  for (const value of x) {
    run = isWanted(value) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

const READINGS = {
  time: (d, o) => spans(d.gates).map(([a, b]) => (1 + mean(o.subarray(a, b))) / 2),
  crossings: (d, o) =>
    spans(d.gates).map(([a, b]) => (b - a - 1 - products(o.subarray(a, b), 1)) / (2 * (b - a))),
  autocoincidence: (d, o) => [products(o, d.delay) / o.length],
  "lock-in": (d, o) =>
    Array.from({ length: d.harmonics }, (_, k) =>
      mean(o.map((v, t) => v * Math.cos(((k + 1) * Math.PI * (t + 0.5)) / o.length)))),
  dwell: (d, o) =>
    [(v) => v > 0, (v) => !(v > 0)].map((isWanted) => Math.sqrt(longestRun(o, isWanted) / o.length)),
};

/** The shares of time for which a record, scaled, is the largest, and the smallest, of all rows. */
function winners(d, rows) {
  const scaled = rows.map((row, number) =>
    recordsOf(d.records, row).map((record, r) =>
      record.map((v) => v * at(d.gains, number, r) + at(d.offsets, number, r))));
  const all = scaled.flat();
  const extremes = [1, -1].map((sign) =>
    all[0].map((_, t) => extreme(all.map((record) => record[t]), sign)));
  return scaled.map((records) =>
    records.flatMap((record) =>
      extremes.flatMap((most) =>
        spans(d.gates).map(([a, b]) => {
          let won = 0;
          for (let t = a; t < b; t++) won += record[t] === most[t];
          return share(won / (b - a), d.arcsine);
        }))));
}

/** What a voltmeter reads of the real part; see physembed.deploy.meters.Level. */
function level(d, { re }, number) {
  const n = d.points, series = re.map((v) => v / at(d.units, number));
  const shifted = series.map((v) => v - series[0]), shift = mean(shifted);
  const centred = shifted.map((v) => v - shift), middle = series[0] + shift;
  const deviation = Math.sqrt(mean(centred.map((v) => v * v)) + LEAST_DEVIATION ** 2);
  const place = (t) => t - (n - 1) / 2;
  const squares = centred.reduce((sum, _, t) => sum + place(t) ** 2, 0);
  const slope = centred.reduce((sum, v, t) => sum + v * place(t), 0) * (n / Math.max(squares, 1));
  const extent = extreme(series, 1) - extreme(series, -1);
  const every = [Math.log(deviation), middle, Math.asinh(middle), deviation, Math.asinh(slope),
    Math.asinh(extent)];
  return d.quantities.map((k) => every[k]);
}

/** Bands of the power spectrum of the real part: their few frequencies one by one. */
function spectrum(d, re) {
  const n = d.points;
  const power = (k) => {
    let x = 0, y = 0;
    for (let t = 0; t < n; t++) {
      const angle = (2 * Math.PI * ((k * t) % n)) / n;
      x += re[t] * Math.cos(angle);
      y += re[t] * Math.sin(angle);
    }
    return (x * x + y * y) / n;
  };
  return d.starts.map((a, band) => {
    const frequencies = Array.from({ length: d.stops[band] - a }, (_, k) => power(a + k));
    return Math.log(mean(frequencies) + SPECTRUM_FLOOR);
  });
}
