// What a page does by itself and under every touch. Installed before any of the page's own scripts.
(() => {
  const seen = [];
  const watch = (owner, label, names) => {
    for (const name of names) {
      owner[name] = (...given) => { seen.push(`${label}${name}(${given.map(String).join(", ").slice(0, 80)})`); };
    }
  };
  watch(window, "", ["alert", "confirm", "prompt", "print", "open"]);
  watch(console, "console.", ["log", "info", "warn", "error", "debug", "dir", "table", "trace", "assert"]);
  watch(Document.prototype, "document.", ["write", "writeln"]);

  // Following an ordinary link proves nothing and would end the test; a script in an address must have its chance.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (link && /^(https?|mailto):$/.test(link.protocol)) event.preventDefault();
  }, true);
  // The site's own forms may be there; member HTML has none, and a form that leads elsewhere is still sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(".prose") && new URL(form.action).origin === location.origin) event.preventDefault();
  }, true);

  const before = new Set(Object.getOwnPropertyNames(window));
  const touches = [
    "mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "mouseout", "pointerover", "pointerenter",
    "pointerdown", "touchstart", "touchend", "focus", "focusin", "blur", "keydown", "keypress", "keyup", "input",
    "change", "select", "toggle", "beforetoggle", "animationstart", "animationend", "animationiteration",
    "transitionend", "wheel", "scroll", "drag", "dragstart", "drop", "copy", "cut", "paste", "contextmenu",
    "dblclick", "auxclick", "load", "error", "begin", "end", "repeat", "play", "canplay", "message", "resize",
    "hashchange", "popstate", "pageshow",
  ];
  const isAllowed = (element, name) => ["href", "rel", "start"].includes(name)
    || (name === "class" && element.matches('a[class="mention"]'));

  Object.defineProperty(window, "__probe", {
    enumerable: false,
    value: async (member) => {
      for (const element of document.querySelectorAll("html, body, body *")) {
        // An element without attributes has no handler of its own for the rarer events.
        const all = element.hasAttributes() ? touches : ["mouseover"];
        for (const touch of all) element.dispatchEvent(new Event(touch, { cancelable: true }));
        if (element.focus) element.focus({ preventScroll: true });
        if (element.click) element.click();
      }
      await new Promise((done) => setTimeout(done, 100));
      const found = seen.map((call) => `called ${call}`);
      for (const name of Object.getOwnPropertyNames(window)) {
        if (!before.has(name) && name !== "__probe") found.push(`set window.${name}`);
      }
      if (document.cookie) found.push(`set the cookie ${document.cookie}`);
      // Not even a data-hx-get: it would be a script to htmx.
      for (const element of document.querySelectorAll(`${member} *`)) {
        if (!element.getAttributeNames().every((name) => isAllowed(element, name))) {
          found.push(`holds ${element.outerHTML.slice(0, 120)}`);
        }
      }
      return { found, parts: document.querySelectorAll("[data-part]").length };
    },
  });
})();
