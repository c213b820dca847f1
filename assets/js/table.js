/* Table: many rows of plain numbers behind a picture. Owns their order (Vietnamese names, numbers by size, none last),
   the window of rows that is in the page at a time, and the sticky head. Knows neither addresses nor what is drawn. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say, SPARE = 12, MARKS = {t: "provisional", u: "estimated", x: "held", s: "small"};
  var REASONS = {m: "state.missing", z: "state.no_activity", i: "state.impossible", p: "state.whole_only", x: "state.held", b: "explore.reason.no_base", g: "explore.reason.unmergeable"};

  function create(sorted) {
    var table = {data: null, order: [], sort: "", row: 30, sorted: sorted, drawn: ""};
    table.head = make("thead");
    table.body = make("tbody");
    table.grid = make("table", {class: "data-table"}, [table.head, table.body]);
    table.scroll = make("div", {class: "data-scroll", tabindex: "0", role: "region"}, [table.grid]);
    table.count = make("p", {class: "quiet"});
    table.node = make("div", {class: "data"}, [table.count, table.scroll]);
    var due = false;
    table.scroll.addEventListener("scroll", function () {
      if (due) { return; }
      due = true;
      window.requestAnimationFrame(function () { due = false; fill(table); });
    }, {passive: true});
    return table;
  }

  function columns(data) {
    return [{id: "name", title: data.heads.name, text: true}].concat(data.time ? [{id: "period", title: data.heads.period, text: true}] : [], data.columns);
  }

  function show(table, data, sort, links, label) {
    table.data = data;
    table.links = links;
    table.columns = columns(data);
    table.scroll.setAttribute("aria-label", label);
    table.count.textContent = say("explore.rows", {n: IOC.words.number(data.rows)});
    order(table, sort);
    heads(table);
    table.scroll.scrollTop = 0;
    table.drawn = "";
    fill(table);
  }

  /* Rows in order of a column: "id" or "-id". The province stands last in every order but its own. */
  function order(table, sort) {
    var data = table.data, down = /^-/.test(sort || ""), id = (sort || "").replace(/^-/, "");
    var column = table.columns.filter(function (one) { return one.id === id; })[0], turn = down ? -1 : 1;
    var rows = Array.from({length: data.rows}, function (_, i) { return i; }), steps = data.steps;
    table.sort = column ? sort : "";
    if (!column) { table.order = rows; return; }
    function unit(i) { return Math.floor(i / steps); }
    function whole(i) { return unit(i) === data.whole ? 1 : 0; }
    var place = null;
    if (column.id === "name") {
      place = data.units.map(function (_, i) { return i; }).sort(function (a, b) { return IOC.words.compare(data.units[a], data.units[b]); });
      var at = [];
      place.forEach(function (one, i) { at[one] = i; });
      place = function (i) { return at[unit(i)]; };
    } else if (column.id === "period") {
      place = function (i) { return i % steps; };
    } else {
      place = function (i) { return column.values[i]; };
    }
    rows.sort(function (a, b) {
      var x = place(a), y = place(b);
      return whole(a) - whole(b) || (x === null) - (y === null) || (x === null ? 0 : turn * (x - y)) || a - b;
    });
    table.order = rows;
  }

  function heads(table) {
    table.head.replaceChildren(make("tr", {}, table.columns.map(function (column) {
      var now = table.sort.replace(/^-/, "") === column.id ? (/^-/.test(table.sort) ? "descending" : "ascending") : "none";
      var button = make("button", {type: "button", text: column.title, title: say("explore.sort", {name: column.title})});
      button.addEventListener("click", function () {
        var first = column.text ? column.id : "-" + column.id, second = column.text ? "-" + column.id : column.id;
        table.sorted(table.sort === first ? second : table.sort === second ? "" : first);
      });
      return make("th", {scope: "col", class: column.text ? "is-text" : "is-number", "aria-sort": now}, [button]);
    })));
  }

  /* Only the rows in sight and a few beside them are in the page; two empty rows keep the others' room. */
  function fill(table) {
    var seen = table.scroll.clientHeight || 480, top = table.scroll.scrollTop, total = table.order.length;
    var first = Math.max(0, Math.floor(top / table.row) - SPARE), last = Math.min(total, Math.ceil((top + seen) / table.row) + SPARE);
    var key = first + "/" + last;
    if (key === table.drawn) { return; }
    table.drawn = key;
    var parts = [pad(table, first)];
    for (var i = first; i < last; i++) { parts.push(line(table, table.order[i], i)); }
    parts.push(pad(table, total - last));
    table.body.replaceChildren.apply(table.body, parts);
    table.grid.setAttribute("aria-rowcount", total + 1);
    var one = table.body.children[1];
    if (one && one.offsetHeight && Math.abs(one.offsetHeight - table.row) > 0.5) { table.row = one.offsetHeight; table.drawn = ""; fill(table); }
  }

  function pad(table, rows) {
    var node = make("tr", {class: "is-pad", "aria-hidden": "true"}, [make("td", {colspan: table.columns.length})]);
    node.firstChild.style.height = rows * table.row + "px";
    return node;
  }

  function line(table, row, at) {
    var data = table.data, unit = Math.floor(row / data.steps), period = data.periods[row % data.steps];
    return make("tr", {class: unit === data.whole ? "is-whole" : null, "aria-rowindex": at + 2}, table.columns.map(function (column) {
      if (column.id === "name") { return make("th", {scope: "row", class: "is-text", text: data.units[unit]}); }
      if (column.id === "period") { return make("td", {class: "is-text", text: IOC.words.capital(IOC.words.period(period))}); }
      return cell(table, column, row, unit, period);
    }));
  }

  function cell(table, column, row, unit, period) {
    var value = column.values[row], marks = (column.marks || {})[row] || "", data = table.data;
    if (value === null) {
      return make("td", {class: "is-number is-none", text: marks ? say(REASONS[marks[0]]) : "–"});
    }
    var text = IOC.words.number(value, column.decimals), href = column.kpi && table.links && table.links(column.kpi, data.codes[unit], period, unit === data.whole);
    if (column.signed && value > 0) { text = "+" + text; }
    var shown = href ? make("a", {class: "figures go passport-link", href: href, text: text, title: say("explore.passport")}) : make("span", {class: "figures", text: text});
    var said = marks.split("").filter(function (one) { return MARKS[one]; }).map(function (one) { return say("explore." + MARKS[one]); }).join(", ");
    return make("td", {class: "is-number"}, [said ? make("span", {class: "mark-word", text: said}) : null, shown]);
  }

  function sortBy(table, sort) {
    if (!table.data || table.sort === sort) { return; }
    order(table, sort);
    heads(table);
    table.drawn = "";
    fill(table);
  }

  IOC.table = {create: create, show: show, sortBy: sortBy, fill: fill};
})(window.IOC);
