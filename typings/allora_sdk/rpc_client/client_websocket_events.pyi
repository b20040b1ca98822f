from collections.abc import Callable
from typing import TypeVar

_Event = TypeVar("_Event")

class EventAttributeCondition:
    def __init__(self, attribute_name: str, operator: str, value: str) -> None: ...

class AlloraWebsocketSubscriber:
    def __init__(self, url: str) -> None: ...
    async def subscribe_new_block_events_typed(
        self,
        event_class: type[_Event],
        event_attribute_conditions: list[EventAttributeCondition],
        callback: Callable[[_Event, int], None],
    ) -> str: ...
    async def stop(self) -> None: ...
