/* "Quote" adds what is selected in that post, or all of it, to what stands in the reply box. Without this file the
   link does it on the server, with all of the post. Words that were selected are in no address: browsers keep those. */
(function () {
  "use strict";
  var MOST = 600, KEPT = 2000;
  var heading = document.currentScript.dataset.heading;
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

  // What the text itself quotes is left out, so that quotations of quotations do not pile up.
  function allOf(article) {
    return Array.from(article.querySelector(".post-body").children, function (part) {
      if (part.matches("blockquote")) return "";
      if (!part.matches("ul, ol")) return part.innerText.trim();
      return Array.from(part.children, function (item) { return "• " + item.innerText.trim(); }).join("\n");
    }).filter(Boolean).join("\n\n");
  }

  function shortened(text) {
    return text.length > MOST ? text.slice(0, MOST).replace(/\s+\S*$/, "") + "…" : text;
  }

  // As Markdown that shows the words as they are.
  function plain(line) {
    return line.replace(/([\\`*_[\]<>~&])/g, "\\$1").replace(/^([-+#=])/, "\\$1").replace(/^(\d+)([.)])/, "$1\\$2");
  }

  function quotation(text, article, address) {
    var name = article.querySelector(".post-name").textContent.trim();
    var first = heading.replace("NAME", function () { return "**" + name.replace(/([!-/:-@[-`{-~])/g, "\\$1") + "**"; })
      .replace("ADDRESS", address);
    var lines = shortened(text).split("\n").map(plain);
    return [first, ""].concat(lines).map(function (line) { return ("> " + line).trim(); }).join("\n") + "\n\n";
  }

  // Typed as if by hand, so that the browser's own undo takes it back.
  function add(box, text) {
    var end = box.value.length;
    box.focus();
    box.setSelectionRange(end, end);
    if (document.execCommand("insertText", false, text)) return;
    box.setRangeText(text, end, end, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('.post-actions a[href*="quote="]');
    var box = document.querySelector("#reply textarea[name=text]");
    var article = link && link.closest("article");
    var lasting = article && article.querySelector('.post-actions a[href$="/save/"]');
    if (!lasting || !box || event.ctrlKey || event.metaKey) return;
    var isFresh = document.getSelection().toString().trim() || Date.now() - at < KEPT;
    var text = words && isFresh && article === post ? words : allOf(article);
    if (!text) return;
    event.preventDefault();
    var gap = box.value.trim() ? /\n*$/.exec(box.value)[0].length : 2;
    var address = lasting.getAttribute("href").replace(/save\/$/, "");
    add(box, "\n\n".slice(Math.min(gap, 2)) + quotation(text, article, address));
    box.scrollIntoView({ block: "center" });
  });

  // Going to "#reply" takes the focus away, until everything is loaded.
  window.addEventListener("load", function () {
    var box = document.querySelector("#reply textarea[name=text]");
    if (!box || !new URL(location.href).searchParams.get("quote")) return;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
})();
