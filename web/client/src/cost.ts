// What a meeting costs, on the organiser's page, which comes with the figures of the moment.

import { ASK_MS, keepFresh } from "./refreshed";

keepFresh("cost", "cost-lost", ASK_MS);
