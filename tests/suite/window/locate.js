// Finds what a person would point at: visible elements by test id, by role and
// accessible name, or by text. Called as a WebDriver script with
// (how, first, second); returns every match in document order.
const [how, first, second] = arguments;

const implicit = {
  button: 'button, summary, input[type="button"], input[type="submit"]',
  link: "a[href]",
  checkbox: 'input[type="checkbox"]',
  radio: 'input[type="radio"]',
  textbox: 'textarea, input:not([type]), input[type="text"], input[type="email"], input[type="password"], input[type="url"]',
  searchbox: 'input[type="search"]',
  combobox: "select",
  heading: "h1, h2, h3, h4, h5, h6",
  dialog: "dialog[open]",
  listitem: "li",
  list: "ul, ol",
  navigation: "nav",
  main: "main",
  region: "section[aria-label], section[aria-labelledby]",
  img: "img[alt]",
  table: "table",
  row: "tr",
};

const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();

const visible = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible";
};

const name = (element) => {
  const labelledby = element.getAttribute("aria-labelledby");
  if (labelledby) {
    return squeeze(labelledby.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" "));
  }
  return (
    squeeze(element.getAttribute("aria-label")) ||
    squeeze(Array.from(element.labels ?? [], (label) => label.textContent).join(" ")) ||
    squeeze(element.getAttribute("alt")) ||
    squeeze(element.innerText) ||
    squeeze(element.getAttribute("placeholder")) ||
    squeeze(element.getAttribute("title")) ||
    squeeze(element.value)
  );
};

const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(visible);

const byName = (elements) => {
  const exact = elements.filter((element) => name(element) === second);
  return exact.length > 0 ? exact : elements.filter((element) => name(element).includes(second));
};

switch (how) {
  case "testid":
    return all(`[data-testid="${CSS.escape(first)}"]`);
  case "css":
    return all(first);
  case "role": {
    const selector = [`[role="${CSS.escape(first)}"]`, implicit[first]].filter(Boolean).join(", ");
    const own = all(selector).filter(
      (element) => !element.hasAttribute("role") || element.getAttribute("role") === first,
    );
    return byName(own);
  }
  case "text": {
    const having = all("body *").filter((element) => squeeze(element.innerText).includes(first));
    // The innermost ones: an ancestor has the text only because they do.
    return having.filter((element) => !having.some((other) => other !== element && element.contains(other)));
  }
}
