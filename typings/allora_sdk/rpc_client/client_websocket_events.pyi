from collections.abc import Callable
from typing import TypeVar

Event = TypeVar("Event")

class EventAttributeCondition:
    def __init__(self, attribute_name: str, operator: str, value: str) -> None: ...

class AlloraWebsocketSubscriber:
    def __init__(self, url: str) -> None: ...
    async def subscribe_new_block_events_typed(
        self,
        event_class: type[Event],
        event_attribute_conditions: list[EventAttributeCondition],
        callback: Callable[[Event, int], None],
    ) -> str: ...
    async def stop(self) -> None: ...
