// Swagger UI, from this server alone.

const { schema, csrf } = document.getElementById("docs").dataset;

const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme === "system" && system.matches);
const follow = () => root.classList.toggle("dark-mode", isDark());
system.addEventListener("change", follow);
follow();

window.SwaggerUIBundle({
  url: schema,
  dom_id: "#docs",
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  displayRequestDuration: true,
  // A signed-in person's writes need the token; it goes to this server alone.
  requestInterceptor(request) {
    if (new URL(request.url, location.href).origin === location.origin) request.headers["X-CSRFToken"] = csrf;
    return request;
  },
});
