// Draws the plots one after the other, says when all of the unfolded ones are drawn, and draws those
// of a folded section when it is opened.
(() => {
  const root = document.documentElement;
  const begun = new Set();
  const config = { responsive: true, displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const inSight = (place) => !place.closest("details:not([open])");
  const draw = async (place) => {
    if (begun.has(place)) return;
    begun.add(place);
    const data = JSON.parse(document.getElementById(place.id + "-data").textContent);
    await Plotly.newPlot(place, data.data, data.layout, config);
    if (data.frames && data.frames.length) await Plotly.addFrames(place, data.frames);
    place.dataset.drawn = "true";
  };
  const drawn = () => document.querySelectorAll('.plot[data-drawn="true"]').length;
  const all = async () => {
    delete root.dataset.drawn;
    const plots = [...document.querySelectorAll(".plot")].filter(inSight);
    for (const place of plots) {
      await draw(place);
      await new Promise((next) => setTimeout(next, 0));
    }
    if (plots.every((place) => place.dataset.drawn)) root.dataset.drawn = String(drawn());
  };
  const open = (hash) => {
    const section = hash.length > 1 && document.getElementById(hash.slice(1));
    const folded = section && section.closest("details");
    if (!folded) return;
    folded.open = true;
    section.scrollIntoView();
  };
  for (const folded of document.querySelectorAll("details"))
    folded.addEventListener("toggle", () => { if (folded.open) all(); });
  // a link to where one is already changes no hash
  for (const link of document.querySelectorAll("nav a"))
    link.addEventListener("click", () => open(link.hash));
  window.addEventListener("hashchange", () => open(location.hash));
  open(location.hash);
  all();
  document.getElementById("open-all").addEventListener("click", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  window.addEventListener("beforeprint", () => {
    for (const place of document.querySelectorAll(".plot"))
      if (place.dataset.drawn) Plotly.Plots.resize(place);
  });
})();
