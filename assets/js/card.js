/* Card: the few lines beside the area under the pointer or the keyboard. Owns their wording and where the card stands:
   never over the area it speaks of, never off the screen. */
(function (IOC) {
  "use strict";
  var make = IOC.make, say = IOC.words.say;
  var node = make("div", {class: "card", role: "status", hidden: true});

  function line(text, name) { return text ? make("p", {class: name || "", text: text}) : null; }

  /* At most six lines: name, value with grade, period, rank, plan, reason or remark. */
  function area(about) {
    var one = about.state, kpi = about.kpi, value = about.value;
    var figure = one.reason
      ? make("p", {class: "card-figure is-reason"}, [make("span", {class: "swatch no-" + one.letter}), make("span", {text: IOC.words.capital(say("state." + one.reason))})])
      : make("p", {class: "card-figure"}, [
        make("strong", {class: "figures", text: IOC.words.quantity(value, kpi.unit, kpi.decimals)}),
        one.grade !== "none" ? make("span", {class: "card-grade is-" + one.grade}, [IOC.legend.shape(one.grade), make("span", {text: IOC.words.capital(say("grade." + one.grade))})]) : null
      ]);
    return [
      line(about.name, "card-name"),
      figure,
      one.reason && value !== null ? line(say("card.good", {value: IOC.words.quantity(value, kpi.unit, kpi.decimals)})) : null,
      line((kpi.short || kpi.name) + ", " + IOC.words.period(about.period) + (about.estimated ? ", " + say("state.status.estimated") : ""), "card-note"),
      about.pair ? line(about.pair.kpi.short + ": " + IOC.words.quantity(about.second, about.pair.kpi.unit, about.pair.kpi.decimals), "card-second") : null,
      about.rank ? line(say("card.rank", {rank: about.rank, count: about.ranked})) : null,
      about.goal && !one.reason ? line(say("card.goal", {goal: IOC.words.quantity(about.goal.target, kpi.unit, about.goal.target % 1 ? kpi.decimals : 0)})) : null,
      one.reason ? line(say("why." + one.reason)) : one.small ? line(say("why.small", {n: kpi.minimum_n})) : null
    ];
  }

  function village(about) {
    return [line(about.name, "card-name"), line(about.commune, "card-note")].concat(
      about.gaps.map(function (text) { return line(text, "card-gap"); }), about.rows.map(function (text) { return line(text); }));
  }

  function show(parts, box, host) {
    node.replaceChildren.apply(node, parts.filter(Boolean));
    node.hidden = false;
    if (node.parentNode !== host) { host.appendChild(node); }
    var room = host.getBoundingClientRect(), mine = node.getBoundingClientRect(), gap = 14;
    var left = box.right + gap, top = (box.top + box.bottom - mine.height) / 2;
    if (left + mine.width > room.right) { left = box.left - gap - mine.width; }
    if (left < room.left) {
      left = Math.min(Math.max(room.left + 8, (box.left + box.right - mine.width) / 2), room.right - mine.width - 8);
      top = box.top - gap - mine.height >= room.top ? box.top - gap - mine.height : box.bottom + gap;
    }
    top = Math.min(Math.max(top, room.top + 8), room.bottom - mine.height - 8);
    node.style.transform = "translate(" + Math.round(left - room.left) + "px," + Math.round(top - room.top) + "px)";
  }

  function hide() { node.hidden = true; }

  IOC.card = {area: area, village: village, show: show, hide: hide};
})(window.IOC);
