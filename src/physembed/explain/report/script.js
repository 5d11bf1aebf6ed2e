// Draws the plots one after the other, those in sight first, and says when all are drawn.
(() => {
  const plots = [...document.querySelectorAll(".plot")];
  const root = document.documentElement;
  const drawn = new Set();
  const config = { responsive: true, displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const draw = async (place) => {
    if (drawn.has(place)) return;
    drawn.add(place);
    const data = JSON.parse(document.getElementById(place.id + "-data").textContent);
    await Plotly.newPlot(place, data.data, data.layout, config);
    if (data.frames && data.frames.length) await Plotly.addFrames(place, data.frames);
    place.dataset.drawn = "true";
  };
  const all = async () => {
    for (const place of plots) {
      await draw(place);
      await new Promise((next) => setTimeout(next, 0));
    }
    root.dataset.drawn = String(document.querySelectorAll('.plot[data-drawn="true"]').length);
  };
  all();
  window.addEventListener("beforeprint", () => {
    for (const place of plots) if (place.dataset.drawn) Plotly.Plots.resize(place);
  });
})();
