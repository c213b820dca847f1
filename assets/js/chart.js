/* Chart: a plotly picture in a place of ours. Owns fetching plotly the first time one is drawn, and drawing anew in the
   same place; a figure comes whole from the server and nothing is computed here. */
(function (IOC) {
  "use strict";
  var URL_OF = "/_dash-component-suites/plotly/package_data/plotly.min.js", coming = null;
  var CONFIG = {displayModeBar: false, displaylogo: false, showSendToCloud: false, locale: IOC.boot.lang, responsive: false, scrollZoom: false, doubleClick: false};

  /* One promise of plotly, whoever asked for it first: this page, or a chart that Dash built. */
  function plotly() {
    if (window.Plotly) { return Promise.resolve(window.Plotly); }
    coming = coming || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = URL_OF;
      script.onload = function () { done(window.Plotly); };
      script.onerror = function () { coming = null; failed(new Error("plotly")); };
      document.head.appendChild(script);
    });
    return coming;
  }

  /* Draw `figure` in `host`; one that was asked for later wins. */
  function draw(host, figure) {
    var turn = host._turn = (host._turn || 0) + 1;
    return plotly().then(function (library) {
      if (turn !== host._turn) { return false; }
      host.style.height = figure.layout.height + "px";
      return library.react(host, figure.data, figure.layout, CONFIG).then(function () { return true; });
    });
  }

  function clear(host) {
    host._turn = (host._turn || 0) + 1;
    if (window.Plotly && host.classList.contains("js-plotly-plot")) { window.Plotly.purge(host); }
    host.replaceChildren();
    host.style.height = "";
  }

  IOC.chart = {draw: draw, clear: clear, plotly: plotly};
})(window.IOC);
