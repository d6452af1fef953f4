// ReDoc, from this server alone: it would load its maker's logo from another host.

const { get, set } = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
const isOurs = (address) => ["data:", location.protocol].includes(new URL(address, location.href).protocol) &&
  (address.startsWith("data:") || new URL(address, location.href).host === location.host);

Object.defineProperty(HTMLImageElement.prototype, "src", {
  get,
  set(address) {
    if (isOurs(address)) set.call(this, address);
  },
});
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name !== "src" || isOurs(value)) Element.prototype.setAttribute.call(this, name, value);
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
