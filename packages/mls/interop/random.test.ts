import { type MLSMessage, type Proposal, RatchetTreeNodes } from "@openmimi/mls";
import { afterAll, expect, it } from "vitest";
import { suiteId } from "../test/actors.ts";
import { Choices } from "../test/random.ts";
import type { Member } from "./engine.ts";
import { decoded } from "./octets.ts";
import { OpenMls } from "./openmls.ts";
import { both, first, knownPsk, removals, second, update } from "./operations/operation.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { World } from "./world.ts";

const peer = new Peer();
afterAll(() => peer.close());

const options = { cipherSuite: suiteId, wireFormat: "publicMessage" as const };
const engines = { ours: new Ours(options), OpenMLS: new OpenMls(peer, options) };

/** Members of both engines, who do whatever a seed says. */
class MixedGroup {
  readonly #choices: Choices;
  readonly #world: World;
  /** Members that a pending proposal changes or takes away: they commit nothing. */
  #touched = new Set<Member>();
  #leaving: MLSMessage[] = [];
  #added: Member[] = [];
  #updates = 0;

  constructor(choices: Choices, world: World) {
    this.#choices = choices;
    this.#world = world;
  }

  async step(): Promise<void> {
    for (let count = this.#choices.below(4); count > 0; count--) await this.#propose();
    if (this.#choices.once(4)) await this.#joinExternally();
    else await this.#commit();
    this.#touched = new Set();
    this.#leaving = [];
    this.#added = [];
    await this.#world.check();
    expect(this.#world.failures).toEqual([]);
  }

  /** Never the same twice: OpenMLS commits equal AppDataUpdates once. */
  #update(): Proposal {
    return update(this.#choices.pick([first, second, 0x0022]), `${this.#updates++} `);
  }

  #free(): Member[] {
    return this.#world.members.filter((member) => !this.#touched.has(member));
  }

  async #propose(): Promise<void> {
    const sender = this.#choices.pick(this.#world.members);
    // Somebody of each engine has to be left, and somebody has to commit.
    const spare = this.#free().filter((member) => {
      const others = this.#free().filter((other) => other !== member);
      return both.every((engine) => others.some((other) => other.engine === engine));
    });
    switch (this.#choices.below(6)) {
      case 0:
        if (!spare.includes(sender)) return;
        this.#touched.add(sender);
        return void (await this.#world.propose(sender, "update"));
      case 1:
        if (!spare.includes(sender)) return;
        this.#touched.add(sender);
        this.#leaving.push(await this.#world.propose(sender, { proposalType: "selfRemove" }));
        return;
      case 2: {
        if (spare.length === 0 || this.#world.members.length < 4) return;
        const gone = this.#choices.pick(spare);
        const [proposal] = await removals([gone]);
        this.#touched.add(gone);
        if (this.#choices.once(2) || sender === gone)
          return this.#world.proposeFromHub(this.#choices.pick(both), proposal!);
        return void (await this.#world.propose(sender, proposal!));
      }
      case 3:
        if (this.#world.members.length > 12) return;
        return this.#proposeAdd(sender);
      default:
        return void (await this.#world.propose(sender, this.#update()));
    }
  }

  async #proposeAdd(sender: Member): Promise<void> {
    const client = await this.#world.client(this.#choices.pick(both));
    const proposal: Proposal = { proposalType: "add", keyPackage: await client.keyPackage() };
    if (this.#choices.once(3)) await this.#world.proposeFromHub(this.#choices.pick(both), proposal);
    else await this.#world.propose(sender, proposal);
    this.#added.push(client);
  }

  async #commit(): Promise<void> {
    const committer = this.#choices.pick(this.#free());
    const treeInWelcome = this.#choices.once(2);
    const proposals: Proposal[] = [];
    if (this.#choices.once(2)) proposals.push(this.#update(), this.#update());
    if (this.#choices.once(5) && this.#added.length === 0)
      proposals.push(await knownPsk(this.#world.members));
    const path = this.#choices.once(3);
    const made = await this.#world.commit(committer, { proposals, path, treeInWelcome });
    if (made.welcome === undefined) return;
    await this.#world.welcome(made, this.#added, treeInWelcome ? undefined : committer);
  }

  async #joinExternally(): Promise<void> {
    const from = this.#choices.pick(this.#free());
    const joiner = await this.#world.client(this.#choices.pick(both));
    const ratchetTree = decoded(RatchetTreeNodes, (await from.view()).ratchetTree);
    const proposals = this.#choices.once(2) ? [this.#update()] : [];
    await this.#world.joinExternally(joiner, from, { pending: this.#leaving, ratchetTree, proposals });
  }
}

for (let seed = 1; seed <= 12; seed++) {
  it(`random group ${seed}`, async () => {
    const choices = new Choices(seed);
    const group = new MixedGroup(choices, await World.begin(engines));
    for (let step = 0; step < 20; step++) await group.step();
  });
}
