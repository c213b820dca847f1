/* Controls: choice of period, basis and colouring above the map, and the KPI's list in Dash. Owns their look of
   the moment; what they change is the address and nothing else. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, latest = null, put = null;

  function segment(label, options, value, act) {
    var group = make("div", {class: "segment", role: "radiogroup", "aria-label": label}, options.map(function (one) {
      var button = make("button", {type: "button", role: "radio", "aria-checked": one[0] === value ? "true" : "false", tabindex: one[0] === value ? 0 : -1, text: one[1], title: one[2]});
      button.addEventListener("click", function () { act(one[0]); });
      return button;
    }));
    group.addEventListener("keydown", function (event) {
      var step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key];
      if (!step) { return; }
      var buttons = Array.from(group.children), next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
      event.preventDefault();
    });
    return group;
  }

  function plain(key) { return key.replace(/\.ytd$/, ""); }
  function total(key) { return /\.ytd$/.test(key); }

  /* The period of a kind that lies nearest to another: the one that holds its end, else the newest there is. */
  function nearest(keys, key) {
    var year = key.slice(0, 4), month = key.slice(5, 7), quarter = year + "-Q" + (/^Q/.test(month) ? month[1] : Math.ceil(Number(month) / 3));
    var same = keys.filter(function (one) { return one === quarter || one.slice(0, 7) === key.slice(0, 7); });
    var inside = keys.filter(function (one) { return one.slice(0, 4) === year; });
    return same[same.length - 1] || inside[inside.length - 1] || keys[keys.length - 1];
  }

  function period(host, about, keys) {
    var kind = IOC.words.kind(about.period), basis = total(about.period);
    var single = keys.filter(function (key) { return !total(key); }), sums = keys.filter(total);
    var alike = keys.filter(function (key) { return total(key) === basis && IOC.words.kind(key) === kind; }), at = alike.indexOf(about.period);
    function step(by, label, sign) {
      var there = alike[at + by];
      var button = make("button", {type: "button", class: "step", "aria-label": label, title: label, disabled: !there, text: sign});
      button.addEventListener("click", function () { IOC.address.go({ky: there}); });
      return button;
    }
    var select = make("select", {"aria-label": say("when.choose"), class: "period-select"}), years = {};
    alike.slice().reverse().forEach(function (key) {
      var year = key.slice(0, 4);
      if (!years[year] && !/year$/.test(kind)) { years[year] = select.appendChild(make("optgroup", {label: say("when.year", {year: year})})); }
      (years[year] || select).appendChild(make("option", {value: key, text: IOC.words.capital(IOC.words.period(key)), selected: key === about.period}));
    });
    select.addEventListener("change", function () { IOC.address.go({ky: select.value}); });
    var parts = [make("div", {class: "stepper"}, [step(-1, say("when.earlier"), "‹"), select, step(1, say("when.later"), "›")])];
    var kinds = IOC.words.KINDS.filter(function (one) { return single.some(function (key) { return IOC.words.kind(key) === one; }); });
    if (kinds.length > 1 && !basis) {
      parts.unshift(segment(say("when.kind"), kinds.map(function (one) { return [one, say("when.kind_" + one)]; }), kind, function (wish) {
        IOC.address.go({ky: nearest(single.filter(function (key) { return IOC.words.kind(key) === wish; }), about.period)});
      }));
    }
    if (sums.length) {
      parts.push(segment(say("when.basis"), [["", say("when.single")], ["ytd", say("when.total")]], basis ? "ytd" : "", function (wish) {
        var to = wish ? sums : single, plainly = plain(about.period), same = plainly + (wish ? ".ytd" : "");
        IOC.address.go({ky: to.indexOf(same) >= 0 ? same : nearest(to, plainly)});
      }));
    }
    host.replaceChildren.apply(host, parts);
  }

  function colouring(host, about) {
    var parts = about.graded && !about.pair ? [segment(say("colour.title"), [["", say("colour.grade")], ["gia-tri", say("colour.value")]], about.mode || "", function (mode) {
      IOC.address.go({mau: mode, chia: ""});
    })] : [];
    if (!about.byGrade && about.kpi.level !== "province") { parts.push(breaks(about)); }
    host.replaceChildren.apply(host, parts);
  }

  /* Fixed breaks, or one of the automatic ways, which the legend then marks. */
  function breaks(about) {
    var fixed = about.kpi.classes.length > 0 && !about.pair, ways = ["phan-vi", "deu", "tu-nhien"];
    var select = make("select", {class: "breaks-select", "aria-label": say("classes.title"), title: say("classes.title")}, (fixed ? [""] : []).concat(ways).map(function (way) {
      return make("option", {value: way, selected: way === (about.way || (fixed ? "" : ways[0])), text: way ? say("classes.choice", {way: say("classes." + way)}) : say("classes.fixed")});
    }));
    select.addEventListener("change", function () { IOC.address.go({chia: select.value}); });
    return select;
  }

  IOC.on("shown", function (about) {
    latest = about;
    var places = {period: document.getElementById("period"), colour: document.getElementById("colouring")};
    if (places.colour) { colouring(places.colour, about); }
    if (places.period) {
      IOC.supply.periods().then(function (all) { if (latest === about) { period(places.period, about, all[about.id] || []); } });
    }
    document.querySelectorAll("[data-kpi]").forEach(function (node) {
      var mine = node.dataset.kpi === about.id;
      node.classList.toggle("is-chosen", mine);
      if (node.matches("a")) { if (mine) { node.setAttribute("aria-current", "true"); } else { node.removeAttribute("aria-current"); } }
    });
    if (document.getElementById("kpi")) { IOC.put("kpi", {value: put = about.id}); }
  });

  /* Left and right step through time wherever no control or area has the keyboard. */
  document.addEventListener("keydown", function (event) {
    if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var step = {ArrowLeft: ".stepper .step:first-child", ArrowRight: ".stepper .step:last-child"}[event.key];
    var button = step && document.querySelector(step);
    if (button && !button.disabled) { button.click(); }
    if (event.key === "/") { var box = document.querySelector(".search"); if (box) { box.focus(); event.preventDefault(); } }
  });

  IOC.controls = {segment: segment, total: total, nearest: nearest};

  /* Called by Dash: the KPI's list chose one; what we put there ourselves is no choice, and may come back late. */
  var clientside = window.dash_clientside = window.dash_clientside || {};
  clientside.ioc = clientside.ioc || {};
  clientside.ioc.chooseKpi = function (id) {
    var state = IOC.address.get();
    if (id && latest && id !== put && id !== (state.kpi || IOC.boot.kpi)) {
      IOC.supply.periods().then(function (all) {
        var has = !state.ky || (all[id] || []).indexOf(state.ky) >= 0;
        IOC.address.go({kpi: id, ky: has ? state.ky : ""});
      });
    }
    return window.dash_clientside.no_update;
  };
  window.dashMantineFunctions = window.dashMantineFunctions || {};
  window.dashMantineFunctions.searchKpi = function (input) {
    var found = function (option) { return IOC.words.matches(option.label, input.search); };
    return input.options.map(function (option) {
      return option.items ? Object.assign({}, option, {items: option.items.filter(found)}) : option;
    }).filter(function (option) { return option.items ? option.items.length : found(option); });
  };
})(window.IOC);
