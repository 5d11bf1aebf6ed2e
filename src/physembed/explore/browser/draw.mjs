// Pictures on canvas: depth and time, lines, bars. Colours tell apart for every kind of sight.

export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const INK = "#1d1d1f", SOFT = "#55575c", RULE = "#d9dbe0";
const MARGIN = { left: 62, right: 12, top: 8, bottom: 34 };
const BARE = 8;

/** A canvas at the resolution of its screen, cleared, and where in it is drawn. */
function prepared(canvas, bottom = MARGIN.bottom) {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  const box = {
    x: MARGIN.left,
    y: MARGIN.top,
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - bottom,
  };
  return { pen, box };
}

/** Round numbers between two, at most so many. */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** A number for an axis. */
export function told(value) {
  const size = Math.abs(value);
  if (size < 1e-12) return "0";
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace("-", "−");
  return String(+value.toPrecision(3)).replace("-", "−");
}

/** Mean of a row of a picture, from its place `first` on, in equal bins. */
export function bins(values, first, columns, count) {
  return Array.from({ length: count }, (_, k) => {
    const start = Math.floor((k * columns) / count);
    const stop = Math.max(start + 1, Math.floor(((k + 1) * columns) / count));
    let sum = 0;
    for (let c = start; c < stop; c++) sum += values[first + c];
    return sum / (stop - start);
  });
}

function axes({ pen, box }, { x, y, xLabel, yLabel }) {
  pen.strokeStyle = RULE;
  pen.lineWidth = 1;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
  pen.fillStyle = SOFT;
  pen.textAlign = "center";
  pen.textBaseline = "top";
  if (xLabel) {
    for (const value of ticks(x[0], x[1], Math.min(8, box.width / 70))) {
      const place = box.x + ((value - x[0]) / (x[1] - x[0])) * box.width;
      pen.fillText(told(value), place, box.y + box.height + 4);
    }
    pen.fillText(xLabel, box.x + box.width / 2, box.y + box.height + 19);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of ticks(Math.min(...y), Math.max(...y), Math.max(2, box.height / 45))) {
    const place = box.y + ((y[1] - value) / (y[1] - y[0])) * box.height;
    pen.fillText(told(value), box.x - 6, place);
  }
  pen.save();
  pen.translate(12, box.y + box.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = "center";
  pen.fillText(yLabel, 0, 0);
  pen.restore();
}

const packings = new Map();

/** The colours of a palette, each the number that its four bytes are in memory. */
function packed(palette) {
  if (!packings.has(palette)) {
    const bytes = new Uint8ClampedArray(4 * palette.length);
    palette.forEach(([red, green, blue], k) => bytes.set([red, green, blue, 255], 4 * k));
    packings.set(palette, new Uint32Array(bytes.buffer));
  }
  return packings.get(palette);
}

/** How bright a share of the largest intensity is, from 0 to 1. */
const BRIGHTNESS = {
  amplitude: (share) => Math.sqrt(share),
  intensity: (share) => share,
  decibel: (share) => Math.max(0, 1 + Math.log10(share + 1e-12) / 4),
};

/** Intensity over time and depth, the field entering at the top; below the cursor it is veiled. */
export function drawDepths(canvas, { picture, values, palette, brightness, x, cursor, xLabel, yLabel }) {
  const at = prepared(canvas, xLabel ? MARGIN.bottom : BARE), { pen, box } = at;
  const { rows, columns, depths } = picture;
  let largest = 0;
  for (let j = 0; j < values.length; j++) if (values[j] > largest) largest = values[j];
  // four bytes of a pixel are one number: a hundred thousand are painted for every frame
  const image = new ImageData(columns, rows), shade = BRIGHTNESS[brightness];
  const pixels = new Uint32Array(image.data.buffer), colours = packed(palette);
  const scale = 1 / (largest || 1);
  for (let j = 0; j < pixels.length; j++) {
    pixels[j] = colours[Math.min(255, (255 * shade(values[j] * scale) + 0.5) | 0)];
  }
  const sheet = new OffscreenCanvas(columns, rows);
  sheet.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(sheet, box.x, box.y, box.width, box.height);
  const place = box.y + (cursor / Math.max(1, rows - 1)) * box.height;
  pen.fillStyle = "rgba(255, 255, 255, 0.6)";
  pen.fillRect(box.x, place, box.width, box.y + box.height - place);
  pen.fillStyle = COLOURS[1];
  pen.fillRect(box.x, Math.min(place, box.y + box.height - 2), box.width, 2);
  axes(at, { x, y: [depths[rows - 1] || 1, 0], xLabel, yLabel });
}

/** Lines over a common axis, which without a label has no numbers; one with `fill` is filled down to zero. */
export function drawLines(canvas, { lines, x, y, xLabel, yLabel }) {
  const at = prepared(canvas, xLabel ? MARGIN.bottom : BARE), { pen, box } = at;
  axes(at, { x, y, xLabel, yLabel });
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, box.width, box.height);
  pen.clip();
  for (const { values, colour, dash = [], fill = false, width = 1.6 } of lines) {
    const height = (value) => box.y + ((y[1] - value) / (y[1] - y[0])) * box.height;
    pen.beginPath();
    values.forEach((value, k) => {
      const across = box.x + ((k + 0.5) / values.length) * box.width;
      if (k) pen.lineTo(across, height(value));
      else pen.moveTo(across, height(value));
    });
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.stroke();
    if (fill) {
      pen.lineTo(box.x + box.width, height(0));
      pen.lineTo(box.x, height(0));
      pen.fillStyle = colour + "22";
      pen.fill();
    }
  }
  pen.restore();
}

/** Bars side by side, those of every series in its colour. */
export function drawBars(canvas, { series, x, y, xLabel, yLabel }) {
  const at = prepared(canvas), { pen, box } = at;
  axes(at, { x, y, xLabel, yLabel });
  const zero = box.y + (y[1] / (y[1] - y[0])) * box.height;
  series.forEach(({ values, colour }, number) => {
    const slot = box.width / values.length, width = Math.max(1, (slot * 0.84) / series.length);
    pen.fillStyle = colour;
    values.forEach((value, k) => {
      const top = box.y + ((y[1] - value) / (y[1] - y[0])) * box.height;
      const left = box.x + (k + 0.08) * slot + number * width;
      pen.fillRect(left, Math.min(top, zero), Math.max(1, width - 0.5), Math.abs(zero - top));
    });
  });
}

/** Named bars from zero to the left and to the right, one below the other. */
export function drawRanked(canvas, { names, values, colours, low, high, format }) {
  const { pen, box } = prepared(canvas);
  const top = 2, slot = (canvas.clientHeight - 4) / Math.max(1, names.length);
  const wide = canvas.clientWidth - 8, zero = 4 + (-low / (high - low)) * wide;
  pen.textBaseline = "middle";
  names.forEach((name, k) => {
    const y = top + k * slot, height = Math.min(9, slot * 0.36);
    const length = (values[k] / (high - low)) * wide;
    pen.fillStyle = RULE;
    pen.fillRect(4, y + slot - height - 1, wide, height);
    pen.fillStyle = colours[k];
    pen.fillRect(Math.min(zero, zero + length), y + slot - height - 1, Math.abs(length), height);
    pen.fillStyle = INK;
    pen.textAlign = "left";
    const number = format(values[k]), room = wide - pen.measureText(number).width - 10;
    pen.fillText(shortened(pen, name, room), 4, y + (slot - height) / 2);
    pen.textAlign = "right";
    pen.fillText(number, 4 + wide, y + (slot - height) / 2);
  });
  return box;
}

function shortened(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 4 && pen.measureText(text.slice(0, length) + "…").width > room) length--;
  return text.slice(0, length) + "…";
}
