// Has no handler of its own; node's restores the default action, which PID 1 does not have.
console.log("ready");
setInterval(() => {}, 60000);
