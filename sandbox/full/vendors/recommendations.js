// Names below the content what others looked at.
(function () {
    fetch(new URL(document.currentScript.src).origin + "/programme.json").then(function (answer) {
        return answer.json();
    }).then(function (programme) {
        var list = document.createElement("ul");
        list.className = "recommendations";
        programme.recommended.forEach(function (name) {
            var entry = document.createElement("li");
            entry.textContent = name;
            list.append(entry);
        });
        document.body.append(list);
    });
})();
