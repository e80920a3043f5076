// Loads the brand's lettering for headings, without holding up the page.
(function () {
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL(document.currentScript.src).origin + "/fonts.css";
    sheet.addEventListener("load", function () { document.documentElement.classList.add("fonts-loaded"); });
    document.head.append(sheet);
})();
