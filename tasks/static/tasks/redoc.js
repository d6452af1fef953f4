// ReDoc, from this server alone: it would load its maker's logo from another host.

const { get, set } = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");

function load(image, address) {
  const url = new URL(address, location.href);
  if (url.protocol === "data:" || url.origin === location.origin) {
    set.call(image, address);
  } else {
    // An image that could not be loaded is what it takes away again.
    queueMicrotask(() => image.dispatchEvent(new Event("error")));
  }
}

Object.defineProperty(HTMLImageElement.prototype, "src", {
  get,
  set(address) {
    load(this, address);
  },
});
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name === "src") load(this, value);
  else Element.prototype.setAttribute.call(this, name, value);
};

const element = document.getElementById("docs");
const font = '"Inter", system-ui, sans-serif';
window.Redoc.init(
  element.dataset.schema,
  {
    nonce: element.dataset.nonce,
    hideDownloadButton: true,
    theme: {
      colors: { primary: { main: "#2a5dbf" } },
      typography: { fontFamily: font, headings: { fontFamily: font }, fontSize: "14px" },
    },
  },
  element,
);
