// The worker: takes what is to be looked at, gives pictures; of a run it keeps the description.

import { lookAtRun, lookAtScene } from "./picture.mjs";

let network = null;

self.onmessage = ({ data: { id, scene, run, look } }) => {
  if (run) network = run;
  if (look) look.moved.forEach(({ fibre, place, values }) => {
    coefficientAt(network.fibres[fibre], place).values = values;
  });
  const seen = scene ? lookAtScene(scene)
    : lookAtRun(network, look.fibre, look.channel, look.cases);
  const buffers = seen.pictures.flatMap(({ intensity, spectrum, depths }) =>
    [intensity.buffer, spectrum.buffer, depths.buffer]);
  self.postMessage({ id, ...seen }, buffers);
};

/** A coefficient by its place: "medium/beta2", "arms/3/0/delay". */
function coefficientAt(fibre, place) {
  const path = place.split("/"), name = path.pop();
  const owner = path.reduce((part, key) => part[key], fibre);
  return owner.coefficients[name];
}
