// Which engines serve a meeting, on the organiser's page.

import { keepFresh } from "./refreshed";

keepFresh("engines-now", "engines-lost");
