/* Buttons above a large text box for people who do not know the signs, and a draft kept when they leave the page in the
   midst of a word. The signs can be typed, and the draft be saved by its button, without this file. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;

  // Typed as if by hand, so that the browser's own undo takes it back; its older way says nothing to the draft.
  function put(box, start, end, text) {
    box.focus();
    box.setSelectionRange(start, end);
    if (document.execCommand("insertText", false, text)) return;
    box.setRangeText(text, start, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function around(box, before, after, chosen) {
    var start = box.selectionStart;
    var text = box.value.slice(start, box.selectionEnd);
    put(box, start, box.selectionEnd, before + text + after);
    var from = start + before.length + (chosen && text ? text.length + 2 : 0);
    box.setSelectionRange(from, from + (chosen && text ? chosen.length : text.length));
  }

  function lines(box, sign) {
    var start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
    var text = box.value.slice(start, box.selectionEnd);
    // Without an empty line before it, a list or a quotation would go on the line above.
    var gap = start && box.value.charAt(start - 2) !== "\n" ? "\n" : "";
    put(box, start, box.selectionEnd, gap + sign + text.split("\n").join("\n" + sign));
  }

  var ACTS = {
    bold: function (box) { around(box, "**", "**"); },
    list: function (box) { lines(box, "- "); },
    link: function (box) { around(box, "[", "](https://)", "https://"); },
    quote: function (box) { lines(box, "> "); },
  };

  function offer(box) {
    var group = document.createElement("div");
    group.className = "toolbar";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", words.label);
    Object.keys(ACTS).forEach(function (name) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet";
      button.textContent = words[name];
      button.addEventListener("click", function () { ACTS[name](box); });
      group.append(button);
    });
    box.before(group);
  }

  // htmx waits for a pause in the typing, and a request under way ends with its page: whoever follows a link
  // meanwhile would lose the last words.
  function keep(form) {
    var typed = 0, sent = 0, kept = 0;
    form.addEventListener("input", function () { typed += 1; });
    form.addEventListener("htmx:beforeRequest", function (event) {
      if (event.detail.elt === form) sent = typed;
    });
    form.addEventListener("htmx:afterRequest", function (event) {
      if (event.detail.elt === form && event.detail.successful) kept = sent;
    });
    form.addEventListener("submit", function () { kept = typed; });
    window.addEventListener("pagehide", function () {
      if (kept === typed) return;
      var fields = new FormData(form);
      fields.delete("files");
      navigator.sendBeacon(form.getAttribute("hx-post"), fields);
      kept = typed;
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("textarea[name=text]").forEach(offer);
    document.querySelectorAll("form[hx-trigger^=input]").forEach(keep);
  });
})();
