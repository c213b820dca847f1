/* Wall lists: rankings, alerts and data quality as lines that can be read from afar. Owns their rows; as many are shown as
   the plan of the screen gives the tile, never more. */
(function (IOC) {
  "use strict";
  var make = IOC.make, tiles = IOC.tiles, text = tiles.text, SEVERITY = {critical: "bad", warning: "watch", notice: "none"};

  tiles.makers.ranking = function (tile, box) {
    var rows = tile.rows.slice(0, box[4]).map(function (row, i) {
      return make("li", {class: "rank-row", "data-code": row.code, "data-drop": i < 3 ? null : 5}, [make("span", {class: "rank-pin figures", text: String(i + 1)}), make("span", {class: "rank-name", text: row.name}),
        make("span", {class: "rank-value figures is-" + row.grade}, [row.grade === "none" ? null : tiles.shape(row.grade), text(row.value)])]);
    });
    return [tiles.head(tile), make("p", {class: "tile-lead-in"}, [make("span", {text: tile.lead_in, "data-drop": 4}), text(tile.unit + ", " + tile.period.toLowerCase(), "list-unit")]),
      make("ol", {class: "rank-list"}, rows)];
  };

  tiles.makers.alerts = function (tile, box) {
    var rows = tile.rows.slice(0, box[4]).map(function (row, i) {
      var grade = SEVERITY[row.severity] || "none";
      return make("li", {class: "alert-row is-" + grade, "data-drop": i ? 5 : null}, [
        make("p", {class: "alert-title"}, [tiles.shape(grade), text(row.word, "alert-word"), text(row.title)]), make("p", {class: "alert-what", text: row.what, "data-drop": 6})]);
    });
    var top = tiles.head(tile);
    top.appendChild(make("span", {class: "head-count figures", text: tile.counted}));
    return [top, rows.length ? make("ul", {class: "alert-list"}, rows) : make("p", {class: "tile-text", text: tile.none})];
  };

  tiles.makers.quality = function (tile, box) {
    function cell(score, name) {
      return make("td", {class: "figures is-" + score.grade + (name || "")}, [
        score.grade === "good" || score.grade === "none" ? null : tiles.shape(score.grade), text(score.value === null ? "–" : String(score.value))]);
    }
    var heads = [make("th", {})].concat(tile.heads.concat(tile.whole).map(function (name) { return make("th", {text: name, scope: "col"}); }));
    var rows = tile.rows.slice(0, box[4]).map(function (row, i) {
      return make("tr", {"data-drop": i < 3 ? null : 5}, [make("th", {scope: "row"}, [text(row.name)])].concat(row.scores.map(function (one) { return cell(one); }),
        cell({value: row.overall, grade: row.grade}, " is-whole")));
    });
    return [tiles.head(tile), make("p", {class: "tile-lead-in"}, [text(tile.counted)]),
      make("table", {class: "quality-table"}, [make("thead", {}, [make("tr", {}, heads)]), make("tbody", {}, rows)])];
  };
})(window.IOC);
