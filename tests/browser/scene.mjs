/** An ordinary morning in the demo's house: what pictures and the walk through all pages show. */

const CALLS = [
  ["dana", "Pump in the boiler room is leaking", "12 Harbour Street, basement"],
  ["dana", "Heating on the third floor stays cold although the valve is open and the pump runs", "12 Harbour Street, 3rd floor"],
  ["ivo", "Lift B stops between the floors", "Old Mill, entrance B"],
  ["dana", "Emergency light by the east stairs is dark", "Old Mill"],
  ["ruth", "Access card reader at the gate does not answer", "Gate 4"],
  ["dana", "Quarterly check of the fire dampers", "Old Mill, roof"],
  ["ivo", "Water stain on the ceiling of room 214", "12 Harbour Street"],
];
const INCIDENTS = [
  ["dana", { system: "Billing", severity: 1, roomId: "war-room" }],
  ["ruth", { system: "Mail relay", severity: 3 }],
  ["dana", { system: "Badge printer", severity: 2 }],
];
const EXPENSES = [
  [["omar"], { requester: "Mei Lin", amount: 248.4, currency: "EUR", policyPage: "tools" }],
  [["ruth", "sam"], { requester: "Omar Haddad", amount: 99.5, currency: "EUR", policyPage: "travel" }],
];

/** @param {{ command: (user: string, command: any) => Promise<any> }} demo @returns {Promise<Record<string, string>>} entries by a word each */
export async function morning(demo) {
  const made = {};
  const dispatch = async (author, tracker, data) => (await demo.command(author, { type: "dispatch", tracker, data })).entries[0];
  for (const [to, data] of EXPENSES) [made.expense] = (await demo.command("dana", { type: "start", workflow: "expense", to, data })).entries;
  for (const [author, data] of INCIDENTS) made[data.system] = await dispatch(author, "incident", data);
  for (const [author, subject, address] of CALLS) made[subject.split(" ")[0]] = await dispatch(author, "service-request", { subject, address });

  await choose(demo, "omar", made.Billing, "Acknowledge");
  await choose(demo, "mei", made.Lift, "Claim");
  await choose(demo, "omar", made.Pump, "Claim");
  await choose(demo, "omar", made.Pump, "Log visit");
  await choose(demo, "omar", made["Badge printer"], "I cannot take it").catch(() => {});
  made.room = (await choose(demo, "omar", made.Billing, "Incident room")).room;
  for (const [user, body] of [
    ["omar", "I restart the queue workers one by one."],
    ["mei", "The vendor sees nothing on their side."],
    ["omar", "Worker 3 hangs on a lock. Restarted, the backlog shrinks."],
  ])
    await demo.command(user, { type: "say", room: made.room, body }).catch(() => {});
  for (const [user, entry, body] of [
    ["mei", made.Pump, "The caretaker has put a bucket under it, it fills in about two hours."],
    ["omar", made.Pump, "Thank you. I take the spare seal along and am there before noon."],
    ["mei", made.Pump, "The seal is on shelf C, @omar. There are two sizes, take both."],
    ["mei", made.Lift, "Nobody is inside. I wait for the technician."],
    ["mei", made.Heating, "The people in 3.12 work in their coats."],
    ["omar", made.Billing, "Invoices stand still since 08:40; the queue is full, no data is lost."],
  ])
    await demo.command(user, { type: "say", entry, body });
  return made;
}

/** Take a path as a user, wherever the entry stands. */
export async function choose(demo, user, entry, path, data) {
  const { entry: { step, visit } } = await demo.command(user, { type: "get", entry });
  return demo.command(user, { type: "choose", entry, step, visit, path, data });
}
