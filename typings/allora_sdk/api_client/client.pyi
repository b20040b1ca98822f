from enum import StrEnum

class ChainID(StrEnum):
    TESTNET = ...
    MAINNET = ...

class Topic:
    topic_id: int
    topic_name: str
    epoch_length: int
    loss_method: str

class InferenceData:
    network_inference: str
    network_inference_normalized: str
    confidence_interval_percentiles_normalized: list[str] | None
    confidence_interval_values_normalized: list[str] | None
    topic_id: str
    timestamp: int

class Inference:
    signature: str
    token_decimals: int | None
    inference_data: InferenceData

class AlloraAPIClient:
    def __init__(self, *, chain_id: ChainID, api_key: str, base_api_url: str) -> None: ...
    async def get_all_topics(self) -> list[Topic]: ...
    async def get_inference_by_topic_id(self, topic_id: int) -> Inference: ...
