/* Ranking: the communes as a table beside the map. Owns order, search and the row under the pointer; speaks with the
   map through "hover" and "choice" only. Also the short lists of best and worst on the overview. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, MOST = 250;

  function create() {
    var table = {sort: "rank", down: false, query: "", about: null, rows: {}, node: null};
    var search = make("input", {type: "search", class: "search", placeholder: say("ranking.search"), "aria-label": say("ranking.search"), autocomplete: "off"});
    search.addEventListener("input", function () { table.query = search.value; render(table); });
    table.body = make("tbody");
    table.heads = {};
    var head = make("tr", {}, [["rank", "ranking.rank"], ["name", "ranking.name"], ["value", "ranking.value"]].map(function (one) {
      var button = make("button", {type: "button", text: say(one[1])});
      button.addEventListener("click", function () {
        table.down = table.sort === one[0] ? !table.down : one[0] === "value";
        table.sort = one[0];
        render(table);
      });
      table.heads[one[0]] = make("th", {scope: "col", class: "is-" + one[0]}, [button]);
      return table.heads[one[0]];
    }));
    table.note = make("p", {class: "ranking-note", "aria-live": "polite"});
    table.node = make("div", {class: "ranking"}, [search, table.note,
      make("div", {class: "ranking-scroll", tabindex: "-1"}, [make("table", {class: "ranking-table"}, [make("thead", {}, [head]), table.body])])]);
    table.body.addEventListener("pointerover", function (event) {
      var row = event.target.closest("tr");
      if (row && event.pointerType !== "touch") { IOC.emit("hover", {index: row._index, from: "table", point: -1}); }
    });
    table.body.addEventListener("pointerleave", function () { IOC.emit("hover", {index: -1, from: "table", point: -1}); });
    table.body.addEventListener("click", function (event) {
      var row = event.target.closest("a") ? null : event.target.closest("tr");
      if (row) { IOC.emit("choice", {index: row._index, from: "table"}); }
    });
    return table;
  }

  /* The address of the passport of a commune's figure, in the edition that is held. */
  function passport(about, i) {
    return IOC.address.write({path: "/so", kpi: about.id, ky: about.period, xa: about.areas.codes[i], ban: IOC.address.get().ban});
  }

  function search(table) { return table.node.querySelector(".search"); }

  function order(table) {
    var about = table.about, rank = about.ranks.of, values = about.answer.v, names = about.areas.names, turn = table.down ? -1 : 1;
    var by = {
      rank: function (a, b) { return (rank[a] === null) - (rank[b] === null) || turn * ((rank[a] || 0) - (rank[b] || 0)) || byName(a, b); },
      name: function (a, b) { return turn * byName(a, b); },
      value: function (a, b) { return (values[a] === null) - (values[b] === null) || turn * ((values[a] || 0) - (values[b] || 0)) || byName(a, b); }
    };
    function byName(a, b) { return IOC.words.collator.compare(about.shorts[a], about.shorts[b]); }
    return names.map(function (name, i) { return i; }).filter(function (i) { return (!about.within || about.within.has(i)) && IOC.words.matches(names[i], table.query) && about.hidden.indexOf(about.painted.classes[i]) < 0; }).sort(by[table.sort]);
  }

  function reach(values) {
    var top = 0;
    values.forEach(function (value) { if (value !== null && value > top) { top = value; } });
    return top || 1;
  }

  function row(table, i, top) {
    var about = table.about, state = about.painted.states[i], value = about.answer.v[i], kpi = about.kpi;
    var bar = make("span", {class: "bar " + (about.painted.classes[i] || "")});
    bar.style.setProperty("--part", value === null ? 0 : Math.max(0, value) / (kpi.unit === "%" ? Math.max(100, top) : top));
    var tr = make("tr", {"data-i": i, class: (i === about.chosen ? "is-chosen" : "") + (state.small ? " is-small" : "")}, [
      make("td", {class: "is-rank figures", text: about.ranks.of[i] === null ? "–" : String(about.ranks.of[i])}),
      make("td", {class: "is-name"}, [make("button", {type: "button", text: about.shorts[i], title: about.areas.names[i], "aria-pressed": i === about.chosen ? "true" : "false"})]),
      make("td", {class: "is-value"}, state.reason
        ? [value === null ? null : make("a", {class: "figures go passport-link", text: IOC.words.number(value, kpi.decimals), title: say("ranking.passport"), href: passport(about, i)}),
          make("span", {class: "reason", text: say("state." + state.reason)})]
        : [bar, make("a", {class: "figures go passport-link", text: IOC.words.number(value, kpi.decimals) + (state.small ? "*" : ""), title: say("ranking.passport"), href: passport(about, i)}),
          state.grade !== "none" ? make("span", {class: "ranking-grade", title: say("grade." + state.grade)}, [IOC.legend.shape(state.grade), make("span", {class: "unseen", text: say("grade." + state.grade)})]) : null])
    ]);
    tr._index = i;
    return tr;
  }

  function render(table) {
    if (!table.about) { return; }
    var whole = table.about.kpi.level === "province";
    table.body.closest("table").hidden = search(table).hidden = whole;
    if (whole) {
      table.rows = {};
      table.body.replaceChildren();
      table.note.textContent = say("ranking.whole_only");
      return;
    }
    var found = order(table), top = reach(table.about.answer.v), shown = found.slice(0, MOST);
    table.rows = {};
    table.body.replaceChildren.apply(table.body, shown.map(function (i) { return table.rows[i] = row(table, i, top); }));
    for (var name in table.heads) {
      table.heads[name].setAttribute("aria-sort", name === table.sort ? (table.down ? "descending" : "ascending") : "none");
    }
    table.heads.value.querySelector("button").textContent = say("ranking.value_unit", {unit: table.about.kpi.unit});
    table.note.textContent = !found.length ? say("ranking.none", {query: table.query}) :
      table.about.within ? say("ranking.within", {name: table.about.within.name, n: found.length, all: table.about.ranks.count}) :
      found.length > shown.length ? say("ranking.more", {shown: shown.length, all: found.length}) :
      table.about.hidden.length && !table.query ? say("ranking.left_out", {n: table.about.answer.v.length - found.length}) : "";
  }

  function show(table, about) {
    table.about = about;
    render(table);
  }

  function mark(table, kind, index, scroll) {
    table.body.querySelectorAll("." + kind).forEach(function (old) { old.classList.remove(kind); });
    var found = table.rows[index];
    if (!found) { return; }
    found.classList.add(kind);
    if (scroll && window.innerWidth > 760) { found.scrollIntoView({block: "nearest"}); }
  }

  /* Best and worst on the overview: `count` each, with rank; small samples are left out, and that is said. */
  function ends(host, about, count, href) {
    if (about.kpi.level === "province") {
      host.replaceChildren(make("p", {class: "ends-note", text: say("ends.whole_only", {value: about.whole})}));
      return;
    }
    var ranked = about.ranks.of.map(function (rank, i) { return [rank, i]; }).filter(function (one) { return one[0] !== null; })
      .sort(function (a, b) { return a[0] - b[0] || IOC.words.collator.compare(about.shorts[a[1]], about.shorts[b[1]]); });
    var take = Math.min(count, Math.floor(ranked.length / 2)), left = about.answer.v.length - ranked.length;
    function list(title, part) {
      return make("section", {class: "ends"}, [make("h2", {text: title}), make("ol", {}, part.map(function (one) {
        var state = about.painted.states[one[1]];
        return make("li", {"data-i": one[1]}, [make("a", {class: "go ends-row", href: href(one[1])}, [
          make("span", {class: "ends-rank figures", text: String(one[0])}), make("span", {class: "ends-name", text: about.areas.names[one[1]]}),
          make("span", {class: "ends-value figures", text: IOC.words.quantity(about.answer.v[one[1]], about.kpi.unit, about.kpi.decimals)}),
          IOC.legend.shape(state.grade)])]);
      }))]);
    }
    host.replaceChildren(list(say("ends.best"), ranked.slice(0, take)), list(say("ends.worst"), ranked.slice(ranked.length - take).reverse()),
      make("p", {class: "ends-note", text: say("ends.note", {count: ranked.length}) + (left ? " " + say("ends.left", {n: left}) : "")}));
  }

  IOC.ranking = {create: create, show: show, mark: mark, ends: ends};
})(window.IOC);
