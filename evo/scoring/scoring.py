"""Runs a series: every member in turn on one Ray session, so that what was scored survives whatever happens."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evo.engine.cluster import Cluster, Resources, connect, disconnect, plan_resources
from evo.engine.session import terminated_like_interrupted
from evo.records.config import Limits
from evo.scoring.folder import SeriesFolder
from evo.scoring.member import Member
from evo.storage.run_log import logged_trials
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, say


@dataclass(frozen=True)
class Wording:
    """What a command says of its series.

    program: the command that complains; headline: what is about to be scored; scored: what there is to say of a member
    that has all its scores.
    """

    program: str
    headline: str
    scored: Callable[[Member], str]


class Series:
    """Several searches over the same candidates, given by their texts, in one folder."""

    def __init__(self, folder: SeriesFolder, texts: Sequence[str], members: Sequence[Member], wording: Wording) -> None:
        """Take what is needed; nothing runs yet."""
        self._folder = folder
        self._texts = texts
        self._members = members
        self._wording = wording

    def run(self, options: argparse.Namespace, report: Callable[[], int]) -> int:
        """Score what has not been scored and, once all is, report; returns the exit code.

        options: trial_timeout, address, workers, gpus_per_worker and quiet. Raises UsageError before anything starts.
        """
        limits = Limits(evaluations=len(self._texts), trial_timeout_s=options.trial_timeout)
        self._folder.check(self._texts)
        for member in self._members:
            member.check()
        try:
            code = self._score(limits, options)
            return code if code != DONE else report()
        except OSError as error:  # e.g. a full disk
            saved = f"scores are in {self._folder.path}: the same command goes on"
            print(f"{self._wording.program}: error: {error}; {saved}", file=sys.stderr)
            return FAILED

    def _score(self, limits: Limits, options: argparse.Namespace) -> int:
        if not any(member.lacks(limits) for member in self._members):
            with self._folder:
                self._folder.claim(self._texts)
            return DONE
        cluster = connect(options.address)
        try:
            resources = plan_resources(cluster, workers=options.workers, gpus_per_worker=options.gpus_per_worker)
            with terminated_like_interrupted(), self._folder:
                self._folder.claim(self._texts)
                self._announce(cluster, resources)
                return self._score_all(limits, resources, quiet=options.quiet)
        finally:
            disconnect()

    def _score_all(self, limits: Limits, resources: Resources, *, quiet: bool) -> int:
        for member in self._members:
            if member.lacks(limits):
                code = member.search(limits, resources, program=self._wording.program, quiet=quiet)
                if code != DONE:
                    self._say_how_far(member, code)
                    return code
            say(self._wording.scored(member))
        return DONE

    def _say_how_far(self, member: Member, code: int) -> None:
        state = "interrupted" if code == INTERRUPTED else "failed"
        done = f"{logged_trials(member.folder)} of {len(self._texts)} scores of {member.label}"
        say(f"{state} after {done}; the same command with --run-dir {self._folder.path} goes on")

    def _announce(self, cluster: Cluster, resources: Resources) -> None:
        say(f"{self._wording.headline} -> {self._folder.path}")
        say(f"{resources.workers} workers, {resources.gpus_each:g} GPU each")
        if cluster.dashboard_url:
            say(f"dashboard: http://{cluster.dashboard_url} (its token: ray get-auth-token)")
