# What trimtab uses of Numba, typed: Numba itself ships no types.
# A compiled function keeps the signature it was written with. With NUMBA_DISABLE_JIT=1
# njit gives the plain function back, which has none of a Dispatcher's attributes.

from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

_P = ParamSpec("_P")
_R = TypeVar("_R")

class Dispatcher(Generic[_P, _R]):
    __name__: str
    py_func: Callable[_P, _R]
    @property
    def signatures(self) -> list[tuple[Any, ...]]: ...
    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R: ...

class _Config:
    DISABLE_JIT: int
    CACHE_DIR: str

config: _Config

@overload
def njit(function: Callable[_P, _R], /) -> Dispatcher[_P, _R]: ...
@overload
def njit(
    *,
    cache: bool = False,
    inline: str = "never",
    boundscheck: bool = False,
    error_model: str = "python",
) -> Callable[[Callable[_P, _R]], Dispatcher[_P, _R]]: ...
