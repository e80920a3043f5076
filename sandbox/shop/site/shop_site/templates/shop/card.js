// The card goes from the browser to the payment processor; the shop is told its token and its last digits.
(() => {
    const form = document.getElementById("payment_form");
    const say = (text) => { document.getElementById("card-errors").textContent = text; };
    if (typeof Stripe === "undefined") {
        say("The card form cannot be loaded. Please try again later.");
        form.addEventListener("submit", (event) => event.preventDefault());
        return;
    }
    const stripe = Stripe(form.dataset.key);
    const card = stripe.elements().create("card");
    card.mount("#card-element");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        say("");
        const {token, error} = await tokenOf(card);
        if (error) {
            say(error.message || "Your card cannot be checked at the moment. Please try again later.");
            return;
        }
        form.elements.token.value = token.id;
        form.elements.last4.value = token.card.last4;
        form.submit();
    });

    async function tokenOf(element) {
        try {
            return await stripe.createToken(element);
        } catch (error) {
            return {error: {message: "Please fill in your card."}};
        }
    }
})();
