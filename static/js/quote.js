/* "Quote" quotes what is selected in that post; without a selection, or without this file, the whole post.
   Whoever comes back with a quotation writes on beneath it. */
(function () {
  "use strict";
  var MOST = 600, KEPT = 2000;
  var words = "", post = null, at = 0;

  function within(node) {
    var element = node && (node.nodeType === 1 ? node : node.parentElement);
    return element && element.closest(".post-body");
  }

  document.addEventListener("selectionchange", function () {
    var selection = document.getSelection();
    var text = selection.toString().trim();
    // A tap on a phone takes the selection away before it presses the button.
    if (!text) return;
    var body = within(selection.anchorNode);
    var isWhole = body && body === within(selection.focusNode);
    words = isWhole ? text : "";
    post = isWhole ? body.closest("article") : null;
  });

  document.addEventListener("pointerdown", function () {
    var selection = document.getSelection();
    if (selection && selection.toString().trim()) at = Date.now();
  }, true);

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('.post-actions a[href*="quote="]');
    var isFresh = document.getSelection().toString().trim() || Date.now() - at < KEPT;
    if (!link || !words || !isFresh || link.closest("article") !== post || words.length > MOST) return;
    var address = new URL(link.href);
    address.searchParams.set("words", words);
    link.href = address.href;
  });

  // Going to "#reply" takes the focus away, until everything is loaded.
  window.addEventListener("load", function () {
    var box = document.querySelector("#reply textarea[name=text]");
    if (!box || !new URL(location.href).searchParams.get("quote")) return;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
})();
