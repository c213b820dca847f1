/* Words: says what the server's wording room gave this page, and writes numbers, periods, times and ages.
   Mirrors ioc/formats.py for what changes in place; knows neither maps nor pages. */
(function (IOC) {
  "use strict";
  var NBSP = "\u00a0", MINUS = "\u2212", vi = IOC.boot.lang === "vi";
  var table = IOC.boot.words;
  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"];

  function say(key, values) {
    var text = table[key];
    if (text === undefined) { console.error("no words for " + key); return key; }
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
      return values && values[name] !== undefined ? values[name] : whole;
    });
  }

  /* Halves away from zero, as by hand; the small term undoes binary fractions (92.45 is 92.4500000000000028). */
  function round(value, decimals) {
    var step = Math.pow(10, decimals);
    return Math.sign(value) * Math.round(Math.abs(value) * step + 1e-9) / step;
  }

  function number(value, decimals) {
    if (value === null || value === undefined) { return "–"; }
    var shown = round(value, decimals || 0);
    var parts = Math.abs(shown).toFixed(decimals || 0).split(".");
    var whole = parts[0].replace(/\B(?=(\d{3})+$)/g, vi ? "." : ",");
    return (shown < 0 ? MINUS : "") + whole + (parts[1] ? (vi ? "," : ".") + parts[1] : "");
  }

  /* A number as somebody types it: "1.234,5" (vi) or "1,234.5" (en), spaces and a real minus allowed; null for what is
     none. Groups of three are honoured, so that "1.5" is not taken for fifteen. */
  function read(text) {
    var point = vi ? "," : ".", comma = vi ? "." : ",", plain = String(text).replace(/[\s\u00a0\u202f]/g, "").replace(MINUS, "-");
    var group = comma === "." ? "\\." : ",", mark = point === "." ? "\\." : ",";
    var form = new RegExp("^[+-]?(\\d+|\\d{1,3}(" + group + "\\d{3})+)(" + mark + "\\d+)?$");
    if (!form.test(plain)) { return null; }
    return Number(plain.split(comma).join("").replace(point, "."));
  }

  function quantity(value, unit, decimals) {
    if (value === null || value === undefined) { return "–"; }
    return number(value, decimals) + (!unit ? "" : (unit === "%" && !vi ? "" : NBSP) + unit);
  }

  function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }

  /* "2026-10", "2026-Q3", "2026", "2026-10-05", with or without ".ytd"; "2025-2026" is a school year. */
  function period(key, short) {
    var total = /\.ytd$/.test(key), plain = key.replace(/\.ytd$/, "").split("-"), year = plain[0];
    var way = short ? "short" : "period";
    if (plain.length === 1) { return say(way + (total ? ".year_ytd" : ".year"), {year: year}); }
    if (plain[1].length === 4) { return say(way + ".school_year", {year: year, next_year: plain[1]}); }
    if (plain[1][0] === "Q") {
      var quarter = ["I", "II", "III", "IV"][Number(plain[1][1]) - 1];
      return say(way + (total ? ".quarter_ytd" : ".quarter"), {quarter: quarter, quarter_number: plain[1][1], year: year});
    }
    var month = Number(plain[1]), name = MONTHS[month - 1];
    var values = {month: month, month_name: name, month_short: name.slice(0, 3), year: year};
    if (plain.length === 2) { return say(way + (total ? ".month_ytd" : ".month"), values); }
    values.day = Number(plain[2]) + "/" + month + (short ? "" : "/" + year);
    return say(way + (total ? ".day_ytd" : ".day"), values);
  }

  /* Kind of a period by its key, in the order of choice: the longest last. */
  var KINDS = ["day", "month", "quarter", "year", "school_year"];
  function kind(key) {
    var parts = key.replace(/\.ytd$/, "").split("-");
    if (parts.length === 1) { return "year"; }
    if (parts.length === 3) { return "day"; }
    return parts[1][0] === "Q" ? "quarter" : parts[1].length === 4 ? "school_year" : "month";
  }

  function two(n) { return (n < 10 ? "0" : "") + n; }

  /* An instant in province time, which is UTC+7 all the year. */
  function instant(iso) {
    var at = new Date(Date.parse(iso) + 7 * 3600e3), month = at.getUTCMonth();
    var date = vi ? two(at.getUTCDate()) + "/" + two(month + 1) + "/" + at.getUTCFullYear()
      : at.getUTCDate() + " " + MONTHS[month].slice(0, 3) + " " + at.getUTCFullYear();
    return say("instant", {clock: two(at.getUTCHours()) + ":" + two(at.getUTCMinutes()), date: date});
  }

  function age(seconds) {
    if (seconds < 60) { return say("just_now"); }
    var steps = [["month", 30 * 86400, 2], ["day", 86400, 1], ["hour", 3600, 1], ["minute", 60, 1]];
    for (var i = 0; i < steps.length; i++) {
      var count = Math.floor(seconds / steps[i][1]);
      if (count >= steps[i][2]) {
        return say("ago", {duration: say(steps[i][0] + (count === 1 ? "" : "s"), {n: number(count)})});
      }
    }
    return say("just_now");
  }

  /* Folding for search: "mu ca" finds Mù Cả, but marks that were typed are honoured: "mú" does not. */
  var MARK = /[\u0300-\u036f]/g;
  function bare(text) { return text.normalize("NFD").replace(MARK, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase(); }
  function matches(name, query) {
    var wanted = query.trim().normalize("NFC").toLowerCase().replace(/\s+/g, " ");
    if (!wanted) { return true; }
    var plain = bare(name), at = plain.indexOf(bare(wanted));
    while (at >= 0) {
      var piece = name.normalize("NFC").toLowerCase().substr(at, wanted.length), good = true;
      for (var i = 0; i < wanted.length && good; i++) {
        good = bare(wanted[i]) !== wanted[i] ? piece[i] === wanted[i] : true;
      }
      if (good && (at === 0 || /[\s-]/.test(plain[at - 1]))) { return true; }
      at = plain.indexOf(bare(wanted), at + 1);
    }
    return false;
  }

  /* The order of a Vietnamese dictionary, as ioc/formats.py has it: syllable by syllable letters first (a ă â b c d đ …),
     then the tone (none, huyền, hỏi, ngã, sắc, nặng). Browsers differ in the tones, so it is not left to them. */
  var LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", TONES = "\u0300\u0309\u0303\u0301\u0323", keys = new Map();
  function key(text) {
    var found = keys.get(text);
    if (!found) {
      found = (text.normalize("NFC").toLowerCase().match(/\d+|\p{L}+/gu) || []).map(syllable);
      if (keys.size > 20000) { keys.clear(); }
      keys.set(text, found);
    }
    return found;
  }
  function syllable(chunk) {
    if (/^\d/.test(chunk)) { return {letters: [Number(chunk)], tone: 0, kind: 0}; }
    var tone = 0, letters = [];
    Array.from(chunk).forEach(function (letter) {
      var bare = letter.normalize("NFD").replace(/[\u0300\u0309\u0303\u0301\u0323]/g, function (mark) { tone = TONES.indexOf(mark) + 1; return ""; }).normalize("NFC");
      var at = LETTERS.indexOf(bare);
      letters.push(at >= 0 ? at : 100 + bare.codePointAt(0));
    });
    return {letters: letters, tone: tone, kind: 1};
  }
  function compare(a, b) {
    var x = key(a), y = key(b);
    for (var i = 0; i < x.length && i < y.length; i++) {
      var kind = x[i].kind - y[i].kind;
      if (kind) { return kind; }
      for (var j = 0; j < x[i].letters.length && j < y[i].letters.length; j++) {
        if (x[i].letters[j] !== y[i].letters[j]) { return x[i].letters[j] - y[i].letters[j]; }
      }
      var rest = x[i].letters.length - y[i].letters.length || x[i].tone - y[i].tone;
      if (rest) { return rest; }
    }
    return x.length - y.length || (a < b ? -1 : a > b ? 1 : 0);
  }

  IOC.words = {read: read, compare: compare, say: say, capital: capital, number: number, quantity: quantity, round: round, period: period, kind: kind, KINDS: KINDS, instant: instant, age: age, bare: bare,
    matches: matches, collator: {compare: compare}};
})(window.IOC);
