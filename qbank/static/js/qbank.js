// What a script adds to pages that work without one: focus on a list of errors, no double press, a shown password.
import { Button, ErrorSummary, PasswordInput, createAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(Button);
createAll(ErrorSummary);
createAll(PasswordInput);
