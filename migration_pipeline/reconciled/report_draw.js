(function () {
  "use strict";
  var root = document.documentElement, charts = [], lang = "en", ready = false, small = { staticPlot: false, displayModeBar: false, responsive: true };
  function drop(id) { var found = document.getElementById(id); return found ? found.textContent : ""; }
  function filled(value, ink) {
    if (typeof value === "string") return value[0] === "@" ? ink(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map(function (one) { return filled(one, ink); });
    if (!value || typeof value !== "object") return value;
    if ("en" in value && "zh" in value) return value[lang];
    var out = {};
    Object.keys(value).forEach(function (key) { out[key] = filled(value[key], ink); });
    return out;
  }
  function draw(width) {
    if (!ready) return;
    var style = getComputedStyle(root);
    function ink(name) { return style.getPropertyValue("--" + name).trim(); }
    charts.forEach(function (chart) {
      var place = document.getElementById(chart.id);
      if (!place) return;
      place.hidden = false;
      var layout = filled(chart.layout, ink), axis = { gridcolor: ink("line"), linecolor: ink("faint"), zerolinecolor: ink("faint"), automargin: true };
      Object.keys(layout).forEach(function (key) { if (/axis/.test(key)) layout[key] = Object.assign({}, axis, layout[key]); });
      Object.assign(layout, {
        font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: ink("soft") },
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", separators: ".,", dragmode: false, autosize: !width,
        margin: Object.assign({ l: 60, r: 12, t: 30, b: 40 }, layout.margin),
        hoverlabel: { bgcolor: ink("card"), bordercolor: ink("faint"), font: { color: ink("ink") } },
      });
      if (width) layout.width = Math.min(width, place.dataset.half ? width / 2 - 12 : width);
      window.Plotly.react(place, filled(chart.data, ink), layout, small);
    });
  }
  function paper(on) { root.classList.toggle("paper", on); draw(on ? 700 : 0); }
  window.addEventListener("beforeprint", function () { paper(true); });
  window.addEventListener("afterprint", function () { paper(false); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { draw(0); });
  document.addEventListener("lang", function (event) { lang = event.detail; draw(0); });
  document.addEventListener("DOMContentLoaded", function () {
    lang = root.dataset.lang || "en";
    charts = JSON.parse(drop("charts") || "[]");
    if (!charts.length || !window.DecompressionStream) return;
    var packed = Uint8Array.from(atob(drop("plotly")), function (sign) { return sign.charCodeAt(0); });
    new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text().then(function (text) {
      var script = document.createElement("script");
      script.textContent = text;
      document.head.appendChild(script);
      script.remove();
      ready = true;
      root.classList.add("drawn");
      draw(0);
    });
  });
})();
