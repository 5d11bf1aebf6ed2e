// Discrete Fourier transforms of any length, in place, with the sign of numpy's and torch's:
// forward X_k = sum_j x_j exp(-2 pi i j k / n), inverse with 1 / n.

const LARGEST_RADIX = 13;
const known = new Map();

/** The transforms of a length: { forward(re, im), inverse(re, im) } on Float64Arrays of it. */
export function transform(n) {
  if (!known.has(n)) {
    const radices = factors(n);
    const forward = Math.max(...radices) > LARGEST_RADIX ? byChirps(n) : byFactors(n, radices);
    // with real and imaginary part exchanged it goes back
    const inverse = (re, im) => {
      forward(im, re);
      for (let j = 0; j < n; j++) {
        re[j] /= n;
        im[j] /= n;
      }
    };
    known.set(n, { forward, inverse });
  }
  return known.get(n);
}

/** n as a product: fours first, which cost least, then primes. */
function factors(n) {
  const radices = [];
  const divide = (radix) => {
    while (n % radix === 0) {
      radices.push(radix);
      n /= radix;
    }
  };
  divide(4);
  for (let radix = 2; n > 1; radix++) divide(radix);
  return radices;
}

/**
 * Cooley and Tukey's transform (1965) in Stockham's order, which sorts itself: every stage goes
 * from one pair of arrays to another, and its innermost loop over neighbours.
 */
function byFactors(n, radices) {
  const otherRe = new Float64Array(n), otherIm = new Float64Array(n);
  const stages = [];
  let length = n, stride = 1;
  for (const radix of radices) {
    stages.push(stage(length, stride, radix));
    length /= radix;
    stride *= radix;
  }
  return (re, im) => {
    let from = [re, im], to = [otherRe, otherIm];
    for (const run of stages) {
      run(from[0], from[1], to[0], to[1]);
      [from, to] = [to, from];
    }
    if (from[0] !== re) {
      re.set(otherRe);
      im.set(otherIm);
    }
  };
}

/** y[q + s (r p + j)] = w^(jp) sum_k x[q + s (p + m k)] exp(-2 pi i j k / r), w = exp(-2 pi i / n). */
function stage(n, s, r) {
  const m = n / r, cos = new Float64Array(n), sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = -Math.sin((2 * Math.PI * k) / n);
  }
  const run = { 2: radixTwo, 4: radixFour }[r] ?? anyRadix;
  return (xr, xi, yr, yi) => run(xr, xi, yr, yi, s, m, cos, sin, r);
}

function radixTwo(xr, xi, yr, yi, s, m, cos, sin) {
  for (let p = 0; p < m; p++) {
    const c = cos[p], d = sin[p];
    let a = s * p, b = s * (p + m), y = s * 2 * p, z = y + s;
    for (let q = 0; q < s; q++, a++, b++, y++, z++) {
      const re = xr[a] - xr[b], im = xi[a] - xi[b];
      yr[y] = xr[a] + xr[b];
      yi[y] = xi[a] + xi[b];
      yr[z] = re * c - im * d;
      yi[z] = re * d + im * c;
    }
  }
}

function radixFour(xr, xi, yr, yi, s, m, cos, sin) {
  const sm = s * m;
  for (let p = 0; p < m; p++) {
    const c1 = cos[p], d1 = sin[p], c2 = cos[2 * p], d2 = sin[2 * p], c3 = cos[3 * p], d3 = sin[3 * p];
    let x = s * p, y = 4 * s * p;
    for (let q = 0; q < s; q++, x++, y++) {
      const ar = xr[x], br = xr[x + sm], cr = xr[x + 2 * sm], dr = xr[x + 3 * sm];
      const ai = xi[x], bi = xi[x + sm], ci = xi[x + 2 * sm], di = xi[x + 3 * sm];
      const evenR = ar + cr, evenI = ai + ci, oddR = br + dr, oddI = bi + di;
      const backR = ar - cr, backI = ai - ci, turnR = bi - di, turnI = dr - br;
      yr[y] = evenR + oddR;
      yi[y] = evenI + oddI;
      let u = backR + turnR, v = backI + turnI;
      yr[y + s] = u * c1 - v * d1;
      yi[y + s] = u * d1 + v * c1;
      u = evenR - oddR;
      v = evenI - oddI;
      yr[y + 2 * s] = u * c2 - v * d2;
      yi[y + 2 * s] = u * d2 + v * c2;
      u = backR - turnR;
      v = backI - turnI;
      yr[y + 3 * s] = u * c3 - v * d3;
      yi[y + 3 * s] = u * d3 + v * c3;
    }
  }
}

function anyRadix(xr, xi, yr, yi, s, m, cos, sin, r) {
  for (let p = 0; p < m; p++) {
    for (let j = 0; j < r; j++) {
      const w = j * p;
      for (let q = 0; q < s; q++) {
        let re = 0, im = 0;
        for (let k = 0; k < r; k++) {
          const c = cos[((j * k) % r) * m], d = sin[((j * k) % r) * m], x = q + s * (p + m * k);
          re += xr[x] * c - xi[x] * d;
          im += xr[x] * d + xi[x] * c;
        }
        const y = q + s * (r * p + j);
        yr[y] = re * cos[w] - im * sin[w];
        yi[y] = re * sin[w] + im * cos[w];
      }
    }
  }
}

/** Bluestein (1970): with jk = (j^2 + k^2 - (j - k)^2) / 2 it is a convolution with a chirp. */
function byChirps(n) {
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  const { forward, inverse } = transform(m);
  const cos = new Float64Array(n), sin = new Float64Array(n);
  const chirpRe = new Float64Array(m), chirpIm = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    // j^2 modulo 2n: of a large angle a sine would keep few digits
    const angle = (Math.PI * ((j * j) % (2 * n))) / n;
    cos[j] = Math.cos(angle);
    sin[j] = Math.sin(angle);
    chirpRe[j] = chirpRe[(m - j) % m] = cos[j];
    chirpIm[j] = chirpIm[(m - j) % m] = sin[j];
  }
  forward(chirpRe, chirpIm);
  const a = new Float64Array(m), b = new Float64Array(m);

  return (re, im) => {
    a.fill(0);
    b.fill(0);
    for (let j = 0; j < n; j++) {
      a[j] = re[j] * cos[j] + im[j] * sin[j];
      b[j] = im[j] * cos[j] - re[j] * sin[j];
    }
    forward(a, b);
    multiply(a, b, chirpRe, chirpIm);
    inverse(a, b);
    for (let k = 0; k < n; k++) {
      re[k] = a[k] * cos[k] + b[k] * sin[k];
      im[k] = b[k] * cos[k] - a[k] * sin[k];
    }
  };
}

/** (a + ib) <- (a + ib)(c + id), point by point. */
export function multiply(a, b, c, d) {
  for (let j = 0; j < a.length; j++) {
    const x = a[j] * c[j] - b[j] * d[j];
    b[j] = a[j] * d[j] + b[j] * c[j];
    a[j] = x;
  }
}
