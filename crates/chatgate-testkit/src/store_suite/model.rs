//! Random schedules of a few claimers, checked against [`Reference`] at every step.

use std::str::FromStr;
use std::time::Duration;

use chatgate_core::{
    Batch, Claim, EnqueueOptions, Error, Hold, NodeId, Priority, Rng, SeededRng, SystemRng,
    Timestamp,
};

use super::StoreUnderTest;
use super::fixture::{Fixture, QUEUE};
use super::reference::{Given, Reference, Step};
use super::witness::Witness;

const STEPS: u64 = 40;
const NODES: [&str; 3] = ["a", "b", "c"];
const LANES: [&str; 4] = ["one", "two", "three", "four"];
const PRIORITIES: [Priority; 4] =
    [Priority::Page, Priority::Answer, Priority::Status, Priority::Chatter];

/// As many schedules as `CHATGATE_SCHEDULES` says (1,000 by default), the first from `CHATGATE_SEED`
/// (random by default), the next from the number after it. Each works its queue off at its end, so all
/// share one store.
pub async fn random_schedules_agree_with_the_model(under: &dyn StoreUnderTest) {
    let mut random = [0; 4];
    SystemRng.fill(&mut random);
    let first: u64 = setting("CHATGATE_SEED").unwrap_or_else(|| u32::from_le_bytes(random).into());
    let schedules = setting("CHATGATE_SCHEDULES").unwrap_or(1_000);
    println!("seeds from {first}, {schedules} of them");
    for seed in (0..schedules).map(|number| first.wrapping_add(number)) {
        Schedule::new(Fixture::new(under), seed).run().await;
    }
}

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text:?}")))
}

/// One schedule: the store, the reference, and what everybody has in hand.
struct Schedule<'a> {
    seed: u64,
    rng: SeededRng,
    store: Fixture<'a>,
    reference: Reference,
    witness: Witness,
    /// The number of the last entry.
    entries: u64,
    /// Every claim that was given, the fenced and finished among them: a node that lost its hold does
    /// not know it and tries.
    hands: Vec<Hold>,
}

impl<'a> Schedule<'a> {
    fn new(store: Fixture<'a>, seed: u64) -> Self {
        Self {
            seed,
            rng: SeededRng::new(seed),
            store,
            reference: Reference::default(),
            witness: Witness::new(seed),
            entries: 0,
            hands: Vec::new(),
        }
    }

    async fn run(mut self) {
        for _ in 0..STEPS {
            match self.below(10) {
                0..5 => self.commit_some().await,
                5..8 => {
                    let limit = usize::try_from(self.below(5)).unwrap();
                    self.claim(&self.node(), self.lease(), limit).await;
                }
                _ => self.store.advance(Duration::from_millis(self.below(4_000))).await,
            }
            self.check_next_due().await;
        }
        self.work_off().await;
    }

    async fn commit_some(&mut self) {
        let now = self.store.now().await;
        let steps = match self.below(3) {
            0 => vec![self.enqueue(now), self.step(now)],
            1 => vec![self.step(now), self.step(now), self.enqueue(now)],
            _ => vec![self.step(now)],
        };
        self.commit(&steps).await;
    }

    async fn commit(&mut self, steps: &[Step]) {
        let now = self.store.now().await;
        let expected = self.reference.commit(steps, now);
        let batch = steps.iter().fold(Batch::new(), |batch, step| step.add_to(batch));
        let committed = self.store.store.commit(batch).await;
        let (kind, refused) = (committed.as_ref().err().map(Error::kind), expected.as_ref().err());
        assert_eq!(kind.as_ref(), refused, "seed {}: {steps:?}", self.seed);
        let (Ok(committed), Ok(expected)) = (committed, expected) else {
            return;
        };
        for step in steps {
            self.witness.saw_step(step, now);
        }
        self.given(committed.claims, expected, now);
    }

    async fn claim(&mut self, node: &NodeId, lease: Duration, limit: usize) {
        let now = self.store.now().await;
        let expected = self.reference.claim(node, lease, limit, now);
        let claims = self.store.store.claim(QUEUE, node, lease, limit).await.unwrap();
        self.given(claims, expected, now);
    }

    /// Checks what was given and hands it out.
    fn given(&mut self, claims: Vec<Claim>, expected: Vec<Given>, now: Timestamp) {
        let seed = self.seed;
        let holds: Vec<Hold> = claims.iter().map(|claim| claim.hold).collect();
        assert_eq!(claims.len(), expected.len(), "seed {seed}: {holds:?}, {expected:?}");
        for (claim, expected) in claims.into_iter().zip(expected) {
            self.witness.saw_claim(&claim, &expected.holder, expected.until, now);
            let fence = claim.hold.fence;
            match expected.fence.or_else(|| self.reference.fence(&claim.lane)) {
                Some(held) => assert_eq!(fence, held, "seed {seed}: one hold has one fence"),
                None => {
                    self.witness.saw_new_fence(&claim.lane, fence);
                    self.reference.fenced(&claim.lane, fence);
                }
            }
            self.hands.push(claim.hold);
            let given = Given {
                id: claim.hold.entry.as_u128(),
                lane: claim.lane,
                priority: claim.priority,
                value: String::from_utf8(claim.value.to_vec()).unwrap(),
                attempts: claim.attempts,
                ..expected.clone()
            };
            assert_eq!(given, expected, "seed {seed}");
        }
    }

    async fn check_next_due(&mut self) {
        let now = self.store.now().await;
        let expected = self.reference.next_due(now);
        assert_eq!(self.store.next_due().await, expected, "seed {}: when to claim next", self.seed);
    }

    /// Nothing is lost: all that was enqueued can be finished, and then nothing is left.
    async fn work_off(mut self) {
        let (seed, node) = (self.seed, NodeId::new("last"));
        while !self.reference.is_empty() {
            self.store.advance(Duration::from_secs(60)).await;
            let before = self.hands.len();
            self.claim(&node, Duration::from_secs(30), 1_000).await;
            let given: Vec<Step> = self.hands[before..].iter().copied().map(Step::Finish).collect();
            assert!(!given.is_empty(), "seed {seed}: something is left that is not given");
            self.commit(&given).await;
        }
        assert_eq!(self.store.next_due().await, None, "seed {seed}: something is left");
        self.witness.saw_the_end();
    }

    /// Something to do with what is there, or with what is no longer there.
    fn step(&mut self, now: Timestamp) -> Step {
        let id = u128::from(self.below(self.entries + 1)) + 1;
        match self.below(12) {
            0..3 => return self.enqueue(now),
            3 => {
                return Step::Replace { id, value: format!("new {}", self.below(100)) };
            }
            4 => return Step::Cancel { id },
            _ => {}
        }
        // Mostly what was given lately: it is more likely to be held still.
        let lately = self.hands.len().saturating_sub(4);
        let from = if self.below(4) == 0 { 0 } else { lately };
        if self.hands.is_empty() {
            return self.enqueue(now);
        }
        let hold = self.one_of(&self.hands[from..]);
        match self.below(6) {
            0 => Step::Postpone(hold, now + Duration::from_millis(self.below(3_000))),
            1 => Step::Renew(hold, self.lease()),
            2 => Step::Release(hold),
            _ => Step::Finish(hold),
        }
    }

    fn enqueue(&mut self, now: Timestamp) -> Step {
        self.entries += 1;
        let mut options = EnqueueOptions::new().priority(self.one_of(&PRIORITIES));
        if self.below(3) == 0 {
            options = options.due(now + Duration::from_millis(self.below(3_000)));
        }
        if self.below(2) == 0 {
            options = options.take(self.node(), self.lease());
        }
        let lane = self.one_of(&LANES).to_owned();
        Step::Enqueue { lane, id: self.entries.into(), options }
    }

    fn node(&self) -> NodeId {
        NodeId::new(self.one_of(&NODES))
    }

    fn lease(&self) -> Duration {
        Duration::from_millis(500 + self.below(5_000))
    }

    fn one_of<T: Copy>(&self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    fn below(&self, end: u64) -> u64 {
        self.rng.next_u64() % end
    }
}
