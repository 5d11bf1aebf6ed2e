// Controls as elements of the page, each with a label of its own.

/** An element with properties and children. */
export function made(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** One of several, as buttons that are radio buttons to keyboard and screen reader. */
export function choice(name, options, chosen, whenChosen) {
  return options.map((label, k) =>
    made("label", { className: "option" },
      made("input", { type: "radio", name, value: k, checked: k === chosen,
        onchange: () => whenChosen(k) }),
      made("span", {}, label)));
}

/** One of many, as a menu. */
export function menu(label, options, chosen, whenChosen) {
  const select = made("select", { onchange: () => whenChosen(Number(select.value)) },
    ...options.map((text, k) => made("option", { value: k, selected: k === chosen }, text)));
  return made("label", { className: "select" }, label, select);
}

/** A slider with its value told beside it. */
export function slider({ name, label, unit = "", low, high, step, value, whenMoved }) {
  const tell = (v) => `${+v.toPrecision(4)}`.replace("-", "−") + (unit && ` ${unit}`);
  const output = made("output", {}, tell(value));
  const input = made("input", { type: "range", name, min: low, max: high, step, value,
    oninput: () => {
      output.textContent = tell(input.valueAsNumber);
      input.setAttribute("aria-valuetext", output.textContent);
      whenMoved(input.valueAsNumber);
    } });
  // a range begins in its middle until its limits are known
  input.value = value;
  input.setAttribute("aria-valuetext", output.textContent);
  const words = made("span", {}, label);
  // a label belongs to the first of its controls, and an output is one
  return made("label", { className: "slider" }, words, input, output);
}
