// Tells in the last line of the page what a purchase earns.
(function () {
    fetch(new URL(document.currentScript.src).origin + "/programme.json").then(function (answer) {
        return answer.json();
    }).then(function (programme) {
        var line = document.createElement("p");
        line.className = "loyalty";
        line.textContent = programme.points_per_euro + " points for each euro with " + programme.name;
        document.body.append(line);
    });
})();
