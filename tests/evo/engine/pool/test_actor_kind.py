"""Catches: a place that is refused though nobody asked for anything, a GPU that is seen by who holds none."""

from evo.engine.pool.actor_kind import ActorKind


def test_any_place_will_do_unless_it_is_said() -> None:
    assert ActorKind(object, "worker", lambda number, name: {}).check("facts") is None


def test_gpus_are_hidden_beside_what_else_is_set() -> None:
    kind = ActorKind(object, "worker", lambda number, name: {})
    assert kind.without_gpus().runtime_env == {"env_vars": {"CUDA_VISIBLE_DEVICES": ""}}
    patient = ActorKind(object, "worker", kind.arguments, runtime_env={"env_vars": {"A": "1"}, "pip": []})
    expected = {"env_vars": {"A": "1", "CUDA_VISIBLE_DEVICES": ""}, "pip": []}
    assert patient.without_gpus().runtime_env == expected
