"""Choosing settings by what came before, and judging the choice by what came after."""
