/* Supply: everything this page reads from the server, asked for once. Owns the caches: drawings, names and the
   catalogue by content, values and points by edition. Knows nothing of what is done with them. */
(function (IOC) {
  "use strict";
  var boot = IOC.boot, kept = {}, edition = boot.edition;

  /* The edition that is read: the one the address holds, else the newest. */
  function shown() { return IOC.address.get().ban || edition; }

  function ask(url, text) {
    return fetch(url, {credentials: "same-origin"}).then(function (answer) {
      if (!answer.ok) {
        return answer.json().catch(function () { return {}; }).then(function (body) {
          var error = new Error(body.message || body.error || answer.statusText);
          error.status = answer.status;
          throw error;
        });
      }
      return text ? answer.text() : answer.json();
    });
  }

  /* One promise per key; a failed one is forgotten so that it can be tried again. */
  function once(key, make) {
    if (!kept[key]) {
      kept[key] = make();
      kept[key].catch(function () { delete kept[key]; });
    }
    return kept[key];
  }

  function level() {
    var wide = Math.max(window.innerWidth, window.innerHeight) * Math.min(window.devicePixelRatio || 1, 2);
    return wide > 2600 ? "wall" : wide > 900 ? "screen" : "small";
  }

  function drawing() {
    var url = boot.drawing && boot.drawing.urls[level()];
    return once("drawing " + url, function () { return ask(url, true); });
  }

  function areas() { return once("areas", function () { return ask(boot.urls.areas); }); }
  /* KPIs by id; and of each all its period keys of both bases. */
  function catalogue() {
    return once("catalogue", function () {
      return ask(boot.urls.catalogue).then(function (said) {
        var kpis = {};
        said.kpis.forEach(function (kpi) { kpis[kpi.id] = kpi; });
        return {kpis: kpis, groups: said.groups};
      });
    });
  }
  function periods() {
    return once("periods " + shown(), function () {
      return ask("/api/periods?ban=" + shown()).then(function (said) {
        var found = {};
        Object.keys(said.kpis).forEach(function (id) { found[id] = said.kpis[id].p.concat(said.kpis[id].c); });
        return found;
      });
    });
  }

  function values(kpi, ky) {
    var url = "/api/values?kpi=" + encodeURIComponent(kpi) + (ky ? "&ky=" + encodeURIComponent(ky) : "") + "&ban=" + shown();
    return once("values " + url, function () { return ask(url); });
  }

  /* Breaks of a KPI's legend found on the server, the same for every period of the kind of `ky`. */
  function classes(kpi, ky, way, count) {
    var url = "/api/classes?kpi=" + encodeURIComponent(kpi) + (ky ? "&ky=" + encodeURIComponent(ky) : "") + "&cach=" + way + "&so=" + (count || 5) + "&ban=" + shown();
    return once("classes " + url, function () { return ask(url); });
  }

  function places(kind) {
    return once("places " + kind + shown(), function () { return ask("/api/places?kind=" + kind + "&ban=" + shown()); });
  }

  /* A new edition: what belonged to the old one is dropped. */
  IOC.on("edition", function (number) {
    edition = number;
    Object.keys(kept).forEach(function (key) {
      if (/^(values|classes|places|periods) /.test(key)) { delete kept[key]; }
    });
  });

  function post(url, body) {
    return fetch(url, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body || {}),
      headers: {"Content-Type": "application/json", "X-IOC": "1"}
    }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (said) {
        return {ok: answer.ok, status: answer.status, said: said};
      });
    });
  }

  IOC.supply = {drawing: drawing, areas: areas, catalogue: catalogue, periods: periods, values: values, classes: classes, places: places,
    post: post, edition: shown};

  /* What the first picture needs is asked for before Dash has even been parsed. */
  if (boot.edition && boot.drawing && boot.urls.areas) {
    var state = IOC.address.get();
    if (state.path === "/" || state.path === "/ban-do") {
      drawing(); areas(); catalogue(); values(state.kpi || boot.kpi, state.ky);
      if (state.path === "/ban-do") { periods(); }
    }
  }
})(window.IOC);
