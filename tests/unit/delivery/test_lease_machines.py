"""The lease among machines whose clocks differ, whose answers are late or get lost, and that die at any step."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.lease_machines import ACTS, Machine, World, waited_after_all
from tests.support.leases import LIFETIME

MACHINES = 3
numbers = st.integers(0, MACHINES - 1)


class Machines(RuleBasedStateMachine):
    """No turn's writes begin before those of another one have ended."""

    @initialize(
        paces=st.lists(st.sampled_from((0.9, 1.0, 1.1)), min_size=MACHINES, max_size=MACHINES)
    )
    def begin(self, paces: list[float]) -> None:
        self.world = World()
        self.machines = [Machine(self.world, pace) for pace in paces]

    @rule(number=numbers, acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=4))
    def goes_on(self, number: int, acts: list[str]) -> None:
        for act in acts:
            self.machines[number].step(act, fails=False)

    @rule(number=numbers)
    def goes_on_until_it_writes(self, number: int) -> None:
        """Or has waited for others for a while."""
        before = self.world.writes
        for _ in range(100):
            if self.world.writes > before:
                break
            self.machines[number].step("write", fails=False)

    @rule(number=numbers)
    def loses_what_is_on_the_wire(self, number: int) -> None:
        self.machines[number].step("write", fails=True)

    @rule(number=numbers)
    def cannot_reach_it(self, number: int) -> None:
        self.machines[number].unreachable = not self.machines[number].unreachable

    @rule(seconds=st.sampled_from((1.0, 20.0, 45.0, 60.0, 80.0, 110.0)))
    def time_passes(self, seconds: float) -> None:
        self.world.time += seconds

    @rule(number=numbers)
    def dies(self, number: int) -> None:
        before = self.machines[number]
        before.halt()
        self.machines[number] = Machine(self.world, before.pace)

    @invariant()
    def turns_do_not_overlap(self) -> None:
        assert not self.world.wrong

    def teardown(self) -> None:
        for machine in self.machines:
            machine.halt()
        assert waited_after_all(self.world) <= LIFETIME


TestMachines = Machines.TestCase
TestMachines.settings = settings(max_examples=250, stateful_step_count=25, deadline=None)
