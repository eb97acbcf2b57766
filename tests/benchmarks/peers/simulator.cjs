// auth0-simulator on the port that is asked for; its own command knows one port only.
// CommonJS, because the package's ES module build answers 500 to every token request.
const { simulation } = require("@simulacrum/auth0-simulator");

simulation().listen(Number(process.argv[2]), () => {});
