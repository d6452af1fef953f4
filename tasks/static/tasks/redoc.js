// ReDoc, from this server alone: it would load its maker's logo from another host.

const setAttribute = HTMLImageElement.prototype.setAttribute;
HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name === "src" && new URL(value, location.href).protocol.startsWith("http")) {
    if (new URL(value, location.href).origin !== location.origin) return;
  }
  setAttribute.call(this, name, value);
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
