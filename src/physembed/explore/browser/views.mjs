// What is looked at: a scene of our own, or a trained network. A view builds its controls, and gives
// the request that the worker answers.

import { choice, made, menu, slider } from "./controls.mjs";
import { binsPlot, decidingPlot, scorePlot, spectrumPlot } from "./plots.mjs";
import { byId, state } from "./state.mjs";

/** Scenes to choose from; their sliders move numbers that all layers share. */
export function sceneView(scenes, { compute, draw, restart }) {
  let scene = structuredClone(scenes[0]);
  const take = (k) => {
    scene = structuredClone(scenes[k]);
    state.brightness = scene.brightness;
    build();
    restart();
  };
  const chosen = () => scenes.findIndex(({ name }) => name === scene.name);
  const build = () => {
    byId("choose").replaceChildren(...choice("scene", scenes.map(({ title }) => title), chosen(), take));
    byId("about").textContent = scene.about;
    byId("controls").replaceChildren(
      ...scene.sliders.map((described) =>
        slider({ ...described, value: scene.values[described.name],
          whenMoved: (value) => {
            scene.values[described.name] = value;
            if (described.name !== "detectors") compute();
            else draw();
          } })),
      buttons("back to the preset", () => take(chosen()), draw));
  };
  return {
    build,
    request: () => ({ scene }),
    get timeUnit() { return scene.timeUnit; },
    get depthUnit() { return scene.depthUnit; },
    plots: () => [spectrumPlot(), binsPlot(() => scene.values.detectors)],
  };
}

/** A trained network: its own cases and coefficients, layer by layer or all together. */
export function runView(run, { compute, draw }) {
  const trained = structuredClone(run.fibres);
  const chosen = { fibre: run.shownFibre, channel: 0, cases: [0, null], layer: 0 };
  let first = true, moved = new Map();
  const fibre = () => run.fibres[chosen.fibre];
  const choose = (changes) => {
    Object.assign(chosen, changes);
    build();
    compute();
  };
  const build = () => {
    const named = run.cases.map(({ name }) => name);
    const selects = [menu("case", named, chosen.cases[0], (k) => choose({ cases: [k, chosen.cases[1]] })),
      menu("beside it", ["nothing", ...named], chosen.cases[1] === null ? 0 : chosen.cases[1] + 1,
        (k) => choose({ cases: [chosen.cases[0], k ? k - 1 : null] }))];
    if (run.fibres.length > 1) {
      selects.push(menu("fibre", run.fibres.map(({ name }) => name), chosen.fibre,
        (k) => choose({ fibre: k, layer: 0, channel: 0 })));
    }
    if (fibre().channels.length > 1) {
      selects.push(menu("channel", fibre().channels, chosen.channel,
        (k) => choose({ channel: k })));
    }
    byId("choose").replaceChildren(...selects);
    byId("about").textContent = run.about;
    byId("controls").replaceChildren(...layerMenu(), ...sliders(), ...elementSliders(),
      buttons("reset to trained", () => {
        run.fibres = structuredClone(trained);
        run.fibres.forEach((_, k) => eachCoefficient(k, (place, { values }) =>
          moved.set(`${k}:${place}`, { fibre: k, place, values })));
        build();
        compute();
      }, draw));
  };
  const layerMenu = () => (fibre().medium.layers < 2 ? [] : [menu("layer",
    ["all together", ...Array.from({ length: fibre().medium.layers }, (_, k) => `layer ${k + 1}`)],
    chosen.layer, (k) => { chosen.layer = k; build(); })]);
  const eachCoefficient = (k, visit) => {
    const { medium, before, after, arms } = run.fibres[k];
    for (const [name, c] of Object.entries(medium.coefficients)) visit(`medium/${name}`, c);
    const groups = { before, after, ...Object.fromEntries(arms.map((arm, a) => [`arms/${a}`, arm])) };
    for (const [group, elements] of Object.entries(groups)) {
      (elements ?? []).forEach(({ coefficients = {} }, e) => {
        for (const [name, c] of Object.entries(coefficients)) visit(`${group}/${e}/${name}`, c);
      });
    }
  };
  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const sliderOf = (place, coefficient, label) => {
    const one = chosen.layer && coefficient.values.length > 1 ? chosen.layer - 1 : null;
    return slider({
      ...coefficient, name: place, label, step: "any",
      value: one === null ? mean(coefficient.values) : coefficient.values[one],
      whenMoved: (value) => {
        const by = value - mean(coefficient.values);
        coefficient.values = coefficient.values.map((v, k) => {
          if (one === null) return v + by;
          return k === one ? value : v;
        });
        const { fibre: k } = chosen;
        moved.set(`${k}:${place}`, { fibre: k, place, values: coefficient.values });
        compute();
      },
    });
  };
  const sliders = () => Object.entries(fibre().medium.coefficients)
    .filter(([, { shown }]) => shown)
    .map(([name, coefficient]) => sliderOf(`medium/${name}`, coefficient, coefficient.label));
  const elementSliders = () => {
    const inside = [];
    eachCoefficient(chosen.fibre, (place, coefficient) => {
      if (!place.startsWith("medium/") && coefficient.shown) {
        const [group, number] = place.split("/");
        const where = group === "arms" ? `arm ${Number(number) + 1}` : group;
        inside.push(sliderOf(place, coefficient, `${where}: ${coefficient.label}`));
      }
    });
    return inside.length ? [made("details", { open: inside.length < 5 },
      made("summary", {}, "elements before and behind the medium"), ...inside)] : [];
  };
  return {
    build,
    request: () => {
      const look = { fibre: chosen.fibre, channel: chosen.channel, moved: [...moved.values()],
        cases: chosen.cases.filter((k) => k !== null) };
      moved = new Map();
      const message = first ? { run, look } : { look };
      first = false;
      return message;
    },
    timeUnit: run.timeUnit,
    depthUnit: "layers",
    plots: () => [scorePlot(run.classes), decidingPlot(run), spectrumPlot()],
  };
}

/** What stands below all sliders. */
function buttons(resetLabel, whenReset, draw) {
  return made("div", { className: "row" },
    made("button", { type: "button", onclick: whenReset }, resetLabel),
    menu("brightness", ["amplitude", "intensity", "40 dB"],
      ["amplitude", "intensity", "decibel"].indexOf(state.brightness), (k) => {
        state.brightness = ["amplitude", "intensity", "decibel"][k];
        draw();
      }));
}
